/**
 * Numbers that Carbonnelle and De Vleeschouwer published: in arXiv 1806.01603v2, and in figures and notebooks of the public
 * repository layer-rotation-paper-experiments. Each is from one run. Accuracies are in percent, learning rates are exact.
 */
export interface PublishedTable<Row> {
  title: string
  rows: readonly Row[]
  /** The source of the numbers of each column. Columns that say which run a row is of have none. */
  sources: Readonly<{ [Column in keyof Row]?: Source }>
}

/** The form in which the authors published a number, and how exact its copy is. */
export interface Source {
  /**
   * 'output': printed by a notebook. 'figureText': written in a figure. 'figureVector': computed from the coordinates of a
   * vector graphic. 'figurePixels': read off an image, worse on steep parts and where lines overlap.
   */
  kind: 'output' | 'figureText' | 'figureVector' | 'figurePixels'
  /** The largest error of the copy, in the unit of the number. */
  error: number
}

/** The lowest and the highest value. */
export type Range = readonly [low: number, high: number]

/** Accuracies that a notebook printed with four decimals, as fractions. */
export const printedAccuracy: Source = { kind: 'output', error: 0.005 }

/** Accuracies that are mostly known with three decimals, as fractions. */
export const roundedAccuracy: Source = { kind: 'output', error: 0.05 }

/** Differences of accuracies, written with two decimals. */
export const writtenDifference: Source = { kind: 'figureText', error: 0.005 }

/** Accuracies that are the sum of a written difference and the accuracy of the reference. */
export const derivedAccuracy: Source = { kind: 'figureText', error: 0.01 }

/** Accuracies from a vector graphic: multiples of 0.01, as 10,000 test images give them. */
export const drawnAccuracy: Source = { kind: 'figureVector', error: 0 }

/** Training losses from a vector graphic. */
export const drawnLoss: Source = { kind: 'figureVector', error: 2e-5 }

/** Rotations that were read off an image. */
export const readRotation: Source = { kind: 'figurePixels', error: 0.01 }

/** Accuracies that were read off an image. */
export const readAccuracy: Source = { kind: 'figurePixels', error: 1 }
