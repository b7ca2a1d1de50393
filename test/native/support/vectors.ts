/** Numbers of any precision; everything here is computed in fp64. */
export type Vector = ArrayLike<number>

export function vector(n: number, value: (i: number) => number): Float64Array {
  const result = new Float64Array(n)
  for (let i = 0; i < n; i++) result[i] = value(i)
  return result
}

/** factor·x + other·y */
export function combine(factor: number, x: Vector, other: number, y: Vector): Float64Array {
  const result = new Float64Array(x.length)
  for (let i = 0; i < result.length; i++) result[i] = factor * x[i]! + other * y[i]!
  return result
}

export function dot(x: Vector, y: Vector): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!
  return sum
}

export const norm = (x: Vector): number => Math.sqrt(dot(x, x))

/** |x − y| / |y| */
export function relativeDistance(x: Vector, y: Vector): number {
  const distance = norm(combine(1, x, -1, y))
  return distance === 0 ? 0 : distance / norm(y)
}

/** The chord between the directions of x and y: 0 … 2. Unlike the cosine it does not cancel where they are near. */
const chord = (x: Vector, y: Vector): number => norm(combine(1 / norm(x), x, -1 / norm(y), y))

/** 1 − cos of the angle between x and y. */
export const cosineDistance = (x: Vector, y: Vector): number => chord(x, y) ** 2 / 2

/** The angle between x and y, in radians. */
export const angleBetween = (x: Vector, y: Vector): number => 2 * Math.asin(Math.min(1, chord(x, y) / 2))

/** Returns whether two arrays hold the same bits. */
export function sameBits(x: Float32Array, y: Float32Array): boolean {
  const bytes = (array: Float32Array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)
  return bytes(x).equals(bytes(y))
}
