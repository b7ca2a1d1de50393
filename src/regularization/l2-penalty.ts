import type { ExperimentConfig } from '../experiment/config.js'
import type { ParameterSettings } from '../native/contract.js'

/**
 * What Keras adds to the loss that it logs: w·ΣW² over the layers that `l2` pulls on; 0 with any other regularisation.
 *
 * @param settings of the layers
 * @param norms [layers]: Euclidean norms of the weights
 */
export function l2Penalty(
  { regularization }: Pick<ExperimentConfig, 'regularization'>,
  settings: readonly ParameterSettings[],
  norms: ArrayLike<number>,
): number {
  if (regularization?.type !== 'l2') return 0
  // decay is that of the gradient: 2w.
  return settings.reduce((sum, { decay }, i) => sum + (decay / 2) * norms[i]! ** 2, 0)
}
