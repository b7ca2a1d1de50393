import {
  magnitudeDirection,
  type MagnitudeDirectionConfig,
} from '../../../src/optimizer/controls/magnitude-direction.js'
import { adam } from '../../../src/optimizer/rules/adam.js'
import { muon } from '../../../src/optimizer/rules/muon.js'
import { combine, dot, norm, vector, type Vector } from '../../native/support/vectors.js'
import { someRule, type ControlProof } from '../control-proof.js'
import { joined, rows } from '../reference/units.js'

/** Adam on one number, as in torch.optim. Returns what is subtracted from it. */
function adamOnOne({ beta1, beta2, epsilon }: MagnitudeDirectionConfig) {
  let [t, m, n] = [0, 0, 0]
  return (derivative: number): number => {
    t++
    m = beta1 * m + (1 - beta1) * derivative
    n = beta2 * n + (1 - beta2) * derivative ** 2
    return m / (1 - beta1 ** t) / (Math.sqrt(n / (1 - beta2 ** t)) + epsilon)
  }
}

/** The direction after a turn by atan(rate) along the part of `update` that is orthogonal to it. */
function turned(direction: Vector, update: Vector, rate: number): Float64Array {
  const tangential = combine(1, update, -dot(update, direction), direction)
  const length = norm(tangential)
  if (length <= Math.max(1e-7, 2e-5 * norm(update))) return Float64Array.from(direction)
  const angle = Math.atan(rate)
  return combine(Math.cos(angle), direction, Math.sin(angle) / length, tangential)
}

const usual = {
  type: 'magnitudeDirection',
  rule: someRule,
  gainRate: 1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
} as const

export default {
  made: [
    [magnitudeDirection(someRule), usual],
    [
      magnitudeDirection(muon(), { gainRate: 0.1, beta2: 0.95 }),
      { ...usual, rule: muon(), gainRate: 0.1, beta2: 0.95 },
    ],
  ],
  trains: 'everything',
  cases: {
    magnitudeDirection: (rule) => magnitudeDirection(rule),
    'magnitudeDirection, fast gains': (rule) => magnitudeDirection(rule, { gainRate: 5, beta1: 0, beta2: 0.9 }),
  },
  reference(config, { initial, rowSize }) {
    const { gainRate } = config
    const neurons = rows(initial, rowSize).map(() => adamOnOne(config))
    return {
      apply({ weights, gradient, update, rate, decay, shrinkage }) {
        const [g, u] = [rows(gradient, rowSize), rows(update, rowSize)]
        return joined(
          rows(weights, rowSize).map((w, i) => {
            const gain = norm(w)
            const direction = vector(w.length, (j) => w[j]! / gain)
            const step = gainRate * rate * neurons[i]!(dot(g[i]!, direction) + decay * gain)
            const next = Math.max(gain * (1 - gainRate * shrinkage) - step, gain / 2)
            return turned(direction, u[i]!, rate).map((value) => next * value)
          }),
        )
      },
    }
  },
  refused: [
    [() => magnitudeDirection(someRule, { beta1: 1 }), 'magnitudeDirection: beta1 is 1; expected a number below 1'],
    [() => magnitudeDirection(someRule, { gainRate: -1 }), 'magnitudeDirection: gainRate is -1; expected at least 0'],
    [() => magnitudeDirection(someRule, { epsilon: 0 }), 'magnitudeDirection: epsilon is 0; expected a number above 0'],
  ],
  labels: [
    [
      magnitudeDirection(adam(), { gainRate: 0.1 }),
      'Magnitude–direction Adam (gain rate 0.1)',
      'Magnitude–direction (gain rate 0.1) on Adam',
    ],
  ],
} satisfies ControlProof<MagnitudeDirectionConfig>
