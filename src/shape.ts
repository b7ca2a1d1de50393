/** Lengths of an array along its dimensions. */
export type Shape = readonly number[]

/** The number of elements of an array of this shape. */
export const elements = (shape: Shape): number => shape.reduce((product, size) => product * size, 1)
