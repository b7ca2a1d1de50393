import type { Claim } from './claim.js'
import { accuracyGain, beyondHalfway, rotationGain } from './differences.js'
import { laycaReference } from './layca-reference.js'
import { runsOf } from './paper-runs.js'

/** Adaptive methods generalise worse than SGD under Layca, for their layers rotate less; under Layca they do not. */
export const adaptiveGap: Claim = {
  name: 'adaptive',
  statement: "Layca closes the gap of adaptive methods' generalisation.",
  experiments: ['adaptive', 'alpha-rho'],
  predict: (runs) => {
    const reference = laycaReference(runs)
    const rules = new Set(
      runs.runs.flatMap(({ experiment, values }) => (experiment === 'adaptive' ? [String(values['rule'])] : [])),
    )
    return [...rules].flatMap((rule) => {
      const alone = runsOf(runs, 'adaptive', { rule, method: 'adaptive' })
      const controlled = runsOf(runs, 'adaptive', { rule, method: 'adaptive+Layca' })
      return [
        accuracyGain(`test accuracy of SGD under Layca less that of ${rule}`, reference, alone),
        rotationGain(`mean rotation of ${rule} under Layca less that of ${rule}`, controlled, alone),
        beyondHalfway(
          `test accuracy of ${rule} under Layca less the midpoint of ${rule} and SGD under Layca`,
          controlled,
          alone,
          reference,
        ),
      ]
    })
  },
}
