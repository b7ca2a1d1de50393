import { z } from 'zod'
import type { Shape } from '../../shape.js'
import type { Input } from '../../validation/input.js'
import { parameter, type TensorShape } from '../tensors.js'

/** The keys of a normalisation's scale and shift. */
export const affineKeys = {
  /**
   * true: the normalised values are multiplied by a trained `weight`, which starts at 1.
   *
   * @default true
   */
  scale: z.boolean().default(true),
  /**
   * true: a trained `bias`, which starts at 0, is added to the normalised values.
   *
   * @default true
   */
  shift: z.boolean().default(true),
}

/** The same keys as options. */
export interface AffineOptions extends Input<z.ZodObject<typeof affineKeys>> {}

/** The parameters of a normalisation, each of the given shape. */
export function affineTensors({ scale, shift }: { scale: boolean; shift: boolean }, shape: Shape): TensorShape[] {
  return [...(scale ? [parameter('weight', shape)] : []), ...(shift ? [parameter('bias', shape)] : [])]
}
