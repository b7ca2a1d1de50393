import { rateLabel } from '../../numbers.js'
import { mean } from '../../rotation/mean.js'
import type { Claim } from './claim.js'
import { accuracyGain, accuracyOf } from './differences.js'
import { runsOf } from './paper-runs.js'

const best = 3 ** -3

/** The optimum of Layca's learning rate, which the paper finds to be the same in all tasks. */
export const oneRate: Claim = {
  name: 'one-rate',
  statement: 'One learning rate of Layca, 3⁻³, is the best in all tasks.',
  experiments: ['alpha-rho'],
  leastTasks: 2,
  predict: (runs) => {
    const rates = new Set(
      runs.runs.flatMap(({ experiment, values }) =>
        experiment === 'alpha-rho' && values['alpha'] === 0 ? [values['rho'] as number] : [],
      ),
    )
    const others = [...rates]
      .filter((rho) => rho !== best)
      .map((rho) => {
        const found = runsOf(runs, 'alpha-rho', { alpha: 0, rho })
        return { rho, found, accuracy: mean([...found.values()].map(accuracyOf)) }
      })
    const reference = runsOf(runs, 'alpha-rho', { alpha: 0, rho: best })
    if (rates.size === 0) return []
    // The best of the others is chosen by the numbers that are compared, which speaks against the claim.
    const second = others.reduce<(typeof others)[number] | undefined>(
      (a, b) => (a === undefined || b.accuracy > a.accuracy ? b : a),
      undefined,
    )
    const effect = `test accuracy at 3⁻³ less that at the best other rate${second ? `, ${rateLabel(second.rho)}` : ''}`
    return [accuracyGain(effect, reference, second?.found ?? new Map())]
  },
}
