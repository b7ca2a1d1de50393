import { LayerRotationError } from '../errors.js'

/** The learning rate at a time counted in epochs: 12.5 is the middle of the 13th epoch. */
export type Schedule = (epoch: number) => number

/** The length of the run, as far as it is known: some schedules depend on it. */
export interface RunLength {
  /** The epochs of the run. */
  epochs?: number | undefined
  /** The steps of one epoch. */
  stepsPerEpoch?: number | undefined
}

/**
 * The epochs that a schedule stretches over: its own, else those of the run.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if neither is given
 */
export function epochsOf({ type, epochs }: { type: string; epochs: number | null }, run: RunLength): number {
  const length = epochs ?? run.epochs
  if (length !== undefined) return length
  throw new LayerRotationError('INVALID_CONFIG', `${type}: epochs is null; expected a number, here or of the run`)
}
