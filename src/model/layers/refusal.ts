import type { Shape } from '../../shape.js'

/** Says that a layer cannot take an input; the words of "<layer> <takes …>, but <another> gives <shape>; <advice>". */
export class Refusal extends Error {
  constructor(
    readonly takes: string,
    readonly advice?: string,
  ) {
    super(takes)
  }
}

/** @throws {Refusal} if `input` is not the shape of an image */
export function requireImage(input: Shape): readonly [channels: number, height: number, width: number] {
  const [channels, height, width, ...more] = input
  if (channels === undefined || height === undefined || width === undefined || more.length > 0) {
    throw new Refusal('takes an image, [channels, height, width]')
  }
  return [channels, height, width]
}

/** @throws {Refusal} if the channels do not divide into as many groups */
export function requireDivisible(channels: number, groups: number): void {
  if (channels % groups === 0) return
  throw new Refusal(
    `divides the channels into ${groups} groups`,
    `expected a number of groups that divides ${channels}`,
  )
}
