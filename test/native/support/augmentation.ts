import { mix } from '../../../src/random.js'

/** Channels, height, width. */
export type ImageShape = readonly [number, number, number]

export interface Placement {
  dy: number
  dx: number
  flip: boolean
}

/** Returns what the key of an epoch makes of the image with an index. */
export function placement(key: number, index: number, shift: number, flip: boolean): Placement {
  const draw = mix(key + index)
  const shiftOf = (value: number, values: number) =>
    Math.floor((Math.floor((value * 4 * shift) / values) + 1) / 2) - shift
  return {
    dy: shiftOf(draw & 0xffff, 2 ** 16),
    dx: shiftOf((draw >>> 16) & 0x7fff, 2 ** 15),
    flip: flip && draw >>> 31 === 1,
  }
}

/** d c b a | a b c d | d c b a, step by step. */
function reflected(index: number, size: number): number {
  while (index < 0 || index >= size) index = index < 0 ? -1 - index : 2 * size - 1 - index
  return index
}

/** The image shifted, then mirrored left to right. */
export function placed(image: ArrayLike<number>, shape: ImageShape, { dy, dx, flip }: Placement): number[] {
  const [channels, height, width] = shape
  const result: number[] = []
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      const row = Array.from({ length: width }, (_, x) => {
        const from = [reflected(y - dy, height), reflected(x - dx, width)] as const
        return image[(c * height + from[0]) * width + from[1]]!
      })
      result.push(...(flip ? row.reverse() : row))
    }
  }
  return result
}
