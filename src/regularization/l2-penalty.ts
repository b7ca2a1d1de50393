import type { ParameterSettings } from '../native/contract.js'
import type { RegularizationConfig } from './regularization.js'

/**
 * The penalty that Keras adds to the loss that it logs: w·ΣW² over the layers of `l2`; 0 for any other regularisation.
 *
 * @param settings those of the layers' weights
 * @param norms [layers]: Euclidean norms of the weights
 */
export function l2Penalty(
  { regularization }: { regularization: RegularizationConfig | null },
  settings: readonly ParameterSettings[],
  norms: ArrayLike<number>,
): number {
  if (regularization?.type !== 'l2') return 0
  // The settings hold the factor of the gradient: 2w.
  return settings.reduce((sum, { decay }, i) => sum + (decay / 2) * norms[i]! ** 2, 0)
}
