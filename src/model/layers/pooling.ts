import type { z } from 'zod'
import type { Shape } from '../../shape.js'
import { strictObject } from '../../validation/strict-object.js'
import { layerType } from '../layer-type.js'
import { layerKeys } from './keys.js'
import { requireImage } from './refusal.js'
import { countWindows, paddingSchema, pair, windowSummary, type Pair } from './window.js'

/** The schema of a pooling by windows. A stride that is left out is a copy of the size: YAML would write an alias otherwise. */
export function poolSchema<Type extends string>(type: Type) {
  return strictObject({
    ...layerKeys(type),
    /** The size of the window in pixels, [height, width] or one number for both, at least 1. */
    size: pair(1),
    /**
     * The distance between neighbouring windows in pixels, [height, width] or one number for both, at least 1. The size
     * where it is left out: windows side by side.
     */
    stride: pair(1).optional(),
    /**
     * The pixels around the image, which do not count: 'valid', none; 'same', TensorFlow's, as many as make the output
     * ⌈input / stride⌉, the odd one at the bottom and right; or numbers, [height, width] or one for both, on each of the two
     * sides, at most half of the size.
     *
     * @default "valid"
     */
    padding: paddingSchema.default('valid'),
  })
    .transform(({ stride, ...pool }) => ({ ...pool, stride: stride ?? copy(pool.size) }))
    .refine(({ size, padding }) => typeof padding === 'string' || padding.every((pad, i) => 2 * pad <= size[i]!), {
      path: ['padding'],
      error: 'at most half of the size, or a window could lie outside the image',
    })
}

const copy = ([height, width]: Pair): Pair => [height, width]

export function poolType<Type extends string>(schema: ReturnType<typeof poolSchema<Type>>) {
  type Pool = z.output<typeof schema>
  return layerType({
    schema,
    outputShape(layer: Pool, input: Shape) {
      const [channels, ...size] = requireImage(input)
      return [channels, ...countWindows(size, layer.size, layer)]
    },
    summary: ({ size, stride }: Pool) => windowSummary(size, stride, size),
  })
}
