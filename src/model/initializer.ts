import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'

/**
 * How a parameter gets its first values. fanIn and fanOut are a dense layer's inputs and units.
 *
 * | type | distribution |
 * |---|---|
 * | glorotUniform | U(-a, a), a = √(6 / (fanIn + fanOut)) |
 * | glorotNormal | normal truncated at 2σ, σ = √(2 / (fanIn + fanOut)) |
 * | heUniform, lecunUniform | U(-a, a), a = √(6 / fanIn), √(3 / fanIn) |
 * | heNormal, lecunNormal | normal truncated at 2σ, σ = √(2 / fanIn), √(1 / fanIn) |
 * | zeros | 0 |
 * | pytorchDefault | U(-a, a), a = √(1 / fanIn): torch.nn.Linear's, for weights and biases |
 *
 * The truncated normals are Keras 2.1's: σ is not corrected for the truncation, so their deviation is 0.8796 σ.
 */
export const initializerSchema = strictObject({
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

export type Initializer = z.output<typeof initializerSchema>
