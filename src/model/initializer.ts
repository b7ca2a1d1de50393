import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'

const plainSchema = strictObject({
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

const orthogonalSchema = strictObject({ type: z.literal('orthogonal'), gain: z.number().positive().default(1) })

/**
 * How a weight gets its first values. fanIn and fanOut are a dense layer's inputs and units; of a convolution
 * channels / groups · kernel height · kernel width, and filters · kernel height · kernel width.
 *
 * | type | distribution |
 * |---|---|
 * | glorotUniform | U(-a, a), a = √(6 / (fanIn + fanOut)) |
 * | glorotNormal | normal truncated at 2σ, σ = √(2 / (fanIn + fanOut)) |
 * | heUniform, lecunUniform | U(-a, a), a = √(6 / fanIn), √(3 / fanIn) |
 * | heNormal, lecunNormal | normal truncated at 2σ, σ = √(2 / fanIn), √(1 / fanIn) |
 * | zeros | 0 |
 * | pytorchDefault | U(-a, a), a = √(1 / fanIn): torch.nn.Linear's and Conv2d's, for weights and biases |
 * | orthogonal | as [filters or units, rest]: orthonormal rows, or columns where there are fewer, times `gain` |
 *
 * The truncated normals are Keras 2.1's: σ is not corrected for the truncation, so their deviation is 0.8796 σ.
 * Orthogonal is torch.nn.init.orthogonal_: QR of a normal matrix, with the signs that make it uniform over all rotations.
 */
export const initializerSchema = z.discriminatedUnion('type', [plainSchema, orthogonalSchema])

/** How a bias gets its first values. */
export const biasInitializerSchema = initializerSchema.refine(({ type }) => type !== 'orthogonal', {
  path: ['type'],
  error: 'orthogonal needs a matrix, which a bias is not; expected another one',
})

export type Initializer = z.output<typeof initializerSchema>
