import { mean } from '../rotation/mean.js'

/**
 * How far the layers of a candidate are from turning as they should, all in logarithms of turning divided by the target: 0 is
 * the target, and -0.7 half of it.
 */
export interface TurningScore {
  /** The mean over the layers. */
  offset: number
  /** The standard deviation among the layers, 0 if all turn alike. */
  spread: number
  /** √(offset² + spread²): the root mean square over the layers, by which candidates are compared. */
  miss: number
}

/**
 * Scores turnings of layers, whatever the accuracy of the network.
 *
 * @param turnings at least one, each above 0
 * @param target the turning at which all of them should be
 */
export function scoreOf(turnings: readonly number[], target: number): TurningScore {
  const logarithms = turnings.map((turning) => Math.log(turning / target))
  const offset = mean(logarithms)
  const square = mean(logarithms.map((value) => (value - offset) ** 2))
  return { offset, spread: Math.sqrt(square), miss: Math.hypot(offset, Math.sqrt(square)) }
}
