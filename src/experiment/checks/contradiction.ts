/** A value of an experiment that contradicts another one. */
export interface Contradiction {
  path: (string | number)[]
  message: string
}
