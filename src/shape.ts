/** Lengths of an array along its dimensions. */
export type Shape = readonly number[]

/** How many numbers an array of this shape holds. */
export const elements = (shape: Shape): number => shape.reduce((product, size) => product * size, 1)
