import { mix } from '../../../src/random.js'

/** The operations of RandAugment in torchvision's order, and whether they have a sign. */
export const operations = {
  Identity: false,
  ShearX: true,
  ShearY: true,
  TranslateX: true,
  TranslateY: true,
  Rotate: true,
  Brightness: true,
  Color: true,
  Contrast: true,
  Sharpness: true,
  Posterize: false,
  Solarize: false,
  AutoContrast: false,
  Equalize: false,
}

export type OperationName = keyof typeof operations

const names = Object.keys(operations) as OperationName[]

export interface Drawn {
  name: OperationName
  sign: 1 | -1
}

/** The operations that the key of an epoch draws for an image. */
export function drawnOperations(epochKey: number, image: number, count: number): Drawn[] {
  let key = mix(mix(epochKey))
  return Array.from({ length: count }, () => {
    const draw = mix(key + image)
    key = mix(key)
    const name = names[Math.floor(((draw & 0x7fffffff) * names.length) / 2 ** 31)]!
    return { name, sign: draw >>> 31 === 1 ? -1 : 1 }
  })
}

/** All operations with both signs, each with the key of an epoch that draws it for an image as its only one. */
export function keysOfOperations(image: number): [drawn: Drawn, epochKey: number][] {
  const found = new Map<string, [Drawn, number]>()
  for (let key = 0; found.size < 2 * names.length; key++) {
    const [drawn] = drawnOperations(key, image, 1) as [Drawn]
    const name = `${drawn.name} ${drawn.sign}`
    if (!found.has(name)) found.set(name, [drawn, key])
  }
  return [...found.values()]
}

/**
 * The place in an image [height, width] that a pixel of the image after a shear, translation or rotation comes from, in pixels
 * from the centre of the first one.
 */
export function warpedPlace(
  { name, sign }: Drawn,
  magnitude: number,
  [height, width]: readonly [number, number],
  [row, column]: readonly [number, number],
): [row: number, column: number] {
  const part = (sign * magnitude) / 30
  const shift = (side: number) => Math.trunc(part * (150 / 331) * side)
  const [y, x] = [row + 0.5, column + 0.5]
  if (name === 'ShearX') return [row, column + 0.3 * part * y]
  if (name === 'ShearY') return [row + 0.3 * part * x, column]
  if (name === 'TranslateX') return [row, column - shift(width)]
  if (name === 'TranslateY') return [row - shift(height), column]
  const angle = (part * Math.PI) / 6
  const [down, right] = [y - height / 2, x - width / 2]
  return [
    Math.sin(angle) * right + Math.cos(angle) * down + (height - 1) / 2,
    Math.cos(angle) * right - Math.sin(angle) * down + (width - 1) / 2,
  ]
}
