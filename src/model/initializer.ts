import { z } from 'zod'
import { fp32 } from '../validation/fp32.js'
import { strictObject } from '../validation/strict-object.js'

const plainSchema = strictObject({
  /**
   * The distribution of the values: glorot…, he…, lecun… with Uniform or Normal, Keras's; zeros; pytorchDefault, that of
   * torch.nn.Linear and Conv2d; orthogonal.
   */
  type: z.enum([
    'glorotUniform',
    'glorotNormal',
    'heUniform',
    'heNormal',
    'lecunUniform',
    'lecunNormal',
    'zeros',
    'pytorchDefault',
  ]),
})

const orthogonalSchema = strictObject({
  /** The distribution of the values: orthonormal rows or columns, uniform over all rotations. */
  type: z.literal('orthogonal'),
  /**
   * The factor of the orthonormal values, above 0. PyTorch's and Keras's default.
   *
   * @default 1
   */
  gain: fp32(z.number().positive()).default(1),
})

/**
 * The distribution of a weight's first values. fanIn and fanOut are the inputs and units of a dense layer; for a convolution
 * they are channels / groups · kernel height · kernel width, and filters · kernel height · kernel width.
 *
 * | type | distribution |
 * |---|---|
 * | glorotUniform | U(-a, a), a = √(6 / (fanIn + fanOut)) |
 * | glorotNormal | normal truncated at 2σ, σ = √(2 / (fanIn + fanOut)) |
 * | heUniform, lecunUniform | U(-a, a), a = √(6 / fanIn), √(3 / fanIn) |
 * | heNormal, lecunNormal | normal truncated at 2σ, σ = √(2 / fanIn), √(1 / fanIn) |
 * | zeros | 0 |
 * | pytorchDefault | U(-a, a), a = √(1 / fanIn): torch.nn.Linear's and Conv2d's, for weights and biases |
 * | orthogonal | the matrix [filters or units, rest] has orthonormal rows, or columns if there are fewer, times `gain` |
 *
 * The truncated normals are Keras 2.1's: σ is not corrected for the truncation, so their deviation is 0.8796 σ.
 * Orthogonal is torch.nn.init.orthogonal_: QR of a normal matrix, with the signs that make it uniform over all rotations.
 */
export const initializerSchema = z.discriminatedUnion('type', [plainSchema, orthogonalSchema])

/** The distribution of a bias's first values. */
export const biasInitializerSchema = initializerSchema.refine(({ type }) => type !== 'orthogonal', {
  path: ['type'],
  error: 'orthogonal needs a matrix, which a bias is not; expected another type, such as zeros',
})

export type Initializer = z.output<typeof initializerSchema>
