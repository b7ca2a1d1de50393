import type { Claim } from './claim.js'
import { accuracyGain, beyondHalfway, rotationGain } from './differences.js'
import { runsOf } from './paper-runs.js'
import { laycaReference } from './layca-reference.js'

/** L2 regularisation gains accuracy because it makes layers rotate: Layca, which has no L2, gains as much. */
export const l2ThroughRotation: Claim = {
  name: 'l2',
  statement: 'L2 regularisation acts through rotation.',
  experiments: ['weight-decay', 'alpha-rho'],
  predict: (runs) => {
    const without = runsOf(runs, 'weight-decay', { method: 'SGD' })
    const withL2 = runsOf(runs, 'weight-decay', { method: 'SGD+L2' })
    if (without.size + withL2.size === 0) return []
    return [
      rotationGain('mean rotation of SGD with L2 less that without', withL2, without),
      accuracyGain('test accuracy of SGD with L2 less that without', withL2, without),
      beyondHalfway(
        'test accuracy of Layca without L2 less the midpoint of SGD without and with L2',
        laycaReference(runs),
        without,
        withL2,
      ),
    ]
  },
}
