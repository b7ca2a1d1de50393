import { z } from 'zod'
import { constructorOf, constructorWith, type Constructor, type ConstructorWith } from '../validation/constructor.js'
import { fp32 } from '../validation/fp32.js'
import { strictObject } from '../validation/strict-object.js'
import fixedNorm, { type FixedNormConfig } from './controls/fixed-norm.js'
import { perSchema } from './controls/per.js'
import adam from './rules/adam.js'
import muon from './rules/muon.js'

/** The vectors whose norm is fixed, as in fixedNorm. */
const per = perSchema.default('layer')

const hyperballSchema = strictObject({
  ...fixedNorm.schema.shape,
  /** Selects the control fixed norm by the name of its article. */
  type: z.literal('hyperball'),
}).transform((control): FixedNormConfig => ({ ...control, type: 'fixedNorm' }))

const adamHSchema = strictObject({
  ...adam.schema.shape,
  /** Selects Adam under the control fixed norm. */
  type: z.literal('adamH'),
  /**
   * The number that is added to the root of the mean of squares, above 0. The default is PyTorch's.
   * @default 1e-8
   */
  epsilon: fp32(z.number().positive()).default(1e-8),
  /**
   * The place where epsilon is added. true: to √v as it is, as in Keras; false: to the bias-corrected √v, as in PyTorch.
   * @default false
   */
  epsilonHat: z.boolean().default(false),
  /**
   * The vectors whose norm is fixed: 'layer', all weights of a layer as one vector; 'neuron', the incoming weights of each
   * neuron.
   * @default "layer"
   */
  per,
}).transform(({ per, ...rule }): FixedNormConfig => ({ type: 'fixedNorm', rule: { ...rule, type: 'adam' }, per }))

const muonHSchema = strictObject({
  ...muon.schema.shape,
  /** Selects Muon under the control fixed norm. */
  type: z.literal('muonH'),
  /**
   * The vectors whose norm is fixed: 'layer', all weights of a layer as one vector; 'neuron', the incoming weights of each
   * neuron.
   * @default "layer"
   */
  per,
}).transform(({ per, ...rule }): FixedNormConfig => ({ type: 'fixedNorm', rule: { ...rule, type: 'muon' }, per }))

/** The schemas of other names for optimizers. A config of such a name becomes the config that it stands for. */
export const aliasSchemas = [hyperballSchema, adamHSchema, muonHSchema] as const

/**
 * The control fixedNorm by the name of its article, hyperball (arXiv 2606.16899).
 *
 *     hyperball(adam())
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const hyperball: ConstructorWith<typeof hyperballSchema, 'rule'> = constructorWith(hyperballSchema, 'rule')

/**
 * AdamH (arXiv 2606.16899): fixedNorm(adam) with PyTorch's epsilon.
 *
 *     adamH({ beta2: 0.95 })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const adamH: Constructor<typeof adamHSchema> = constructorOf(adamHSchema)

/**
 * MuonH (arXiv 2606.16899): fixedNorm(muon). The shape factor has no effect under it.
 *
 *     muonH({ precision: 'fp32' })
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const muonH: Constructor<typeof muonHSchema> = constructorOf(muonHSchema)
