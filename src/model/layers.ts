import { z } from 'zod'
import type { Input } from '../validation/input.js'
import { requireOptions } from '../validation/options.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import type { LayerType } from './layer-type.js'
import { averagePoolType } from './layers/average-pool.js'
import { batchNormType } from './layers/batch-norm.js'
import { convType } from './layers/conv.js'
import { denseType } from './layers/dense.js'
import { dropoutType } from './layers/dropout.js'
import { exportedSchema, type Exported } from './layers/exported.js'
import { flattenType } from './layers/flatten.js'
import { geluType } from './layers/gelu.js'
import { globalAveragePoolType } from './layers/global-average-pool.js'
import { groupNormType } from './layers/group-norm.js'
import { layerKeys } from './layers/keys.js'
import { layerNormType } from './layers/layer-norm.js'
import { leakyReluType } from './layers/leaky-relu.js'
import { maxPoolType } from './layers/max-pool.js'
import { limitNesting } from './layers/nesting.js'
import { reluType } from './layers/relu.js'

export { averagePool } from './layers/average-pool.js'
export { batchNorm } from './layers/batch-norm.js'
export { conv } from './layers/conv.js'
export { dense } from './layers/dense.js'
export { dropout } from './layers/dropout.js'
export { flatten } from './layers/flatten.js'
export { gelu } from './layers/gelu.js'
export { globalAveragePool } from './layers/global-average-pool.js'
export { groupNorm } from './layers/group-norm.js'
export { layerNorm } from './layers/layer-norm.js'
export { leakyRelu } from './layers/leaky-relu.js'
export { maxPool } from './layers/max-pool.js'
export { relu } from './layers/relu.js'

/**
 * All types of layers but residual and exported, which consist of others. Shapes, tensors, descriptions, errors and tests follow from
 * this list.
 */
export const layerTypes = {
  conv: convType,
  dense: denseType,
  batchNorm: batchNormType,
  layerNorm: layerNormType,
  groupNorm: groupNormType,
  relu: reluType,
  leakyRelu: leakyReluType,
  gelu: geluType,
  maxPool: maxPoolType,
  averagePool: averagePoolType,
  globalAveragePool: globalAveragePoolType,
  dropout: dropoutType,
  flatten: flattenType,
}

type SimpleSchema = (typeof layerTypes)[keyof typeof layerTypes]['schema']

/** Any layer that does not consist of others. */
export type SimpleLayer = z.output<SimpleSchema>

/** y = layers(x) + shortcut(x) */
export interface Residual {
  type: 'residual'
  name: string
  layers: LayerSpec[]
  /** Empty for the identity. */
  shortcut: LayerSpec[]
}

/** One layer of a model, as a config holds it: defaults filled in. */
export type LayerSpec = SimpleLayer | Residual | Exported

/** One layer as it may be written: without its defaults. */
export type LayerInput = Input<SimpleSchema> | ResidualInput | Exported

interface ResidualInput {
  /** The type of the layer, which decides what its other keys are. */
  type: 'residual'
  /** The name of the sum, unique in its model. It is not added to the names of the layers inside. */
  name: string
  /** The layers of the way that learns the residual, in forward order, at least one. */
  layers: readonly LayerInput[]
  /**
   * The layers of the way around, in forward order; empty for the identity.
   *
   * @default []
   */
  shortcut?: readonly LayerInput[] | undefined
}

const residualSchema = strictObject({
  ...layerKeys('residual'),
  layers: z.lazy(() => layerList(1)),
  shortcut: z.lazy(() => layerList(0)).default([]),
})

const layerSchema = z.discriminatedUnion('type', [
  ...(Object.values(layerTypes).map(({ schema }) => schema) as [SimpleSchema]),
  residualSchema,
  exportedSchema,
]) as z.ZodType<LayerSpec, LayerInput>

/** Layers one after the other, at least `minimum` of them. */
export function layerList(minimum: 0 | 1): z.ZodType<LayerSpec[], readonly LayerInput[]> {
  const list = z.array(layerSchema).min(minimum)
  const limited = z.preprocess((layers, context) => {
    limitNesting(layers, context)
    // zod would wait for a promise instead of refusing it.
    return layers instanceof Promise ? {} : layers
  }, list)
  return limited as z.ZodType<unknown> as z.ZodType<LayerSpec[], readonly LayerInput[]>
}

/**
 * The sum of two ways from the same input: y = layers(x) + shortcut(x). Without a shortcut, y = layers(x) + x. Both must
 * have the same shape. Residual layers may be nested, at most 8 deep.
 *
 *     residual({
 *       name: 'block0',
 *       layers: [conv({ name: 'block0.conv0', … }), relu({ name: 'block0.relu0' }), conv({ name: 'block0.conv1', … })],
 *       shortcut: [conv({ name: 'block0.shortcut', … })],
 *     })
 *
 * It has no parameters of its own. Its layers' names are whole: their prefix is not added. The monitored layers in `layers`
 * come before those in `shortcut`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function residual(options: Omit<ResidualInput, 'type'>): z.output<typeof residualSchema> {
  requireOptions(options, 'residual')
  return validate(residualSchema, { type: 'residual', ...options }, 'residual')
}

/** The type of a layer, its keys no longer known one by one. */
export const typeOfLayer = (layer: SimpleLayer): LayerType => layerTypes[layer.type]

/** Returns all layers in forward order; a residual layer comes before its layers, and they before its shortcut. */
export function flattenLayers(layers: readonly LayerSpec[]): LayerSpec[] {
  return layers.flatMap((layer) => {
    if (layer.type !== 'residual') return [layer]
    return [layer, ...flattenLayers(layer.layers), ...flattenLayers(layer.shortcut)]
  })
}
