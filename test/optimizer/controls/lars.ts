import { larc, lars, type LarsConfig } from '../../../src/optimizer/controls/lars.js'
import { sgd } from '../../../src/optimizer/rules/sgd.js'
import { combine, norm, vector } from '../../native/support/vectors.js'
import { someRule, type ControlProof, type ReferenceControl } from '../control-proof.js'

/** LARS (arXiv 1708.03888), or with clip LARC. */
function reference({ trustCoefficient, clip, epsilon }: LarsConfig): ReferenceControl {
  return {
    gradient({ weights, gradient, decay, rate }) {
      const decayed = combine(1, gradient, decay, weights)
      const [w, g] = [norm(weights), norm(gradient)]
      if (w === 0 || g === 0) return decayed
      const trust = (trustCoefficient * w) / (g + decay * w + epsilon)
      const factor = clip ? Math.min(trust / rate, 1) : trust
      return vector(decayed.length, (i) => factor * decayed[i]!)
    },
  }
}

const usual = { type: 'lars', rule: someRule, trustCoefficient: 0.001, clip: false, epsilon: 1e-8 } as const

export default {
  made: [
    [lars(someRule), usual],
    [larc(someRule), { ...usual, trustCoefficient: 0.02, clip: true }],
    [larc(someRule, { trustCoefficient: 0.001 }), { ...usual, clip: true }],
  ],
  trains: 'everything',
  cases: {
    lars: (rule) => lars(rule, { trustCoefficient: 0.1 }),
    larc: (rule) => larc(rule, { trustCoefficient: 0.1 }),
  },
  jumping: ['larc'],
  reference,
  refused: [
    [() => lars(someRule, { trustCoefficient: 0 }), 'lars: trustCoefficient is 0; expected a number above 0'],
    [() => larc(someRule, { epsilon: -1 }), 'larc: epsilon is -1; expected at least 0'],
  ],
  labels: [
    [lars(someRule), 'LARS (momentum 0.9)', 'LARS on SGD, momentum 0.9'],
    [larc(sgd()), 'LARC', 'LARC on SGD, no momentum'],
    [larc(sgd(), { trustCoefficient: 0.001 }), 'LARC (trust 0.001)', 'LARC (trust 0.001) on SGD, no momentum'],
  ],
} satisfies ControlProof<LarsConfig>
