/** Tells whether there is a number, which was measured. */
export const isKnown = (value: number | null | undefined): value is number => value !== null && value !== undefined
