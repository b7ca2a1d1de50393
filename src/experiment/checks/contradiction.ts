/** Something that is wrong with a value of an experiment. */
export interface Contradiction {
  path: (string | number)[]
  message: string
}
