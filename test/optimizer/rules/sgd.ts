import { sgd, type SgdConfig } from '../../../src/optimizer/rules/sgd.js'
import { combine, vector, type Vector } from '../../native/support/vectors.js'
import type { ReferenceRule, RuleProof } from '../rule-proof.js'

/** Both conventions: Keras's, with the rate inside the velocity (section 3 of arXiv 1806.01603v2), and that of torch.optim.SGD's documentation. */
function reference(config: SgdConfig, size: number): ReferenceRule {
  return config.rateInVelocity ? kerasSgd(config, size) : pytorchSgd(config)
}

function kerasSgd({ momentum, dampening, nesterov }: SgdConfig, size: number): ReferenceRule {
  let velocity: Vector = new Float64Array(size)
  return (gradient, rate) => {
    velocity = combine(momentum, velocity, -rate * (1 - dampening), gradient)
    return nesterov ? combine(momentum, velocity, -rate, gradient) : velocity
  }
}

/** The first velocity is the gradient itself, without dampening. */
function pytorchSgd({ momentum, dampening, nesterov }: SgdConfig): ReferenceRule {
  let velocity: Vector | null = null
  return (gradient, rate) => {
    velocity = velocity ? combine(momentum, velocity, 1 - dampening, gradient) : combine(1, gradient, 0, gradient)
    const direction = nesterov ? combine(1, gradient, momentum, velocity) : velocity
    return vector(gradient.length, (i) => -rate * direction[i]!)
  }
}

const momentum = 0.9
const rateInVelocity = false

export default {
  usual: [sgd(), { type: 'sgd', momentum: 0, dampening: 0, nesterov: false, rateInVelocity: true }],
  cases: {
    sgd: sgd(),
    'sgd, momentum': sgd({ momentum }),
    'sgd, momentum and dampening': sgd({ momentum, dampening: 0.3 }),
    'sgd, nesterov': sgd({ momentum, nesterov: true }),
    "sgd, PyTorch's momentum": sgd({ momentum, rateInVelocity }),
    "sgd, PyTorch's momentum and dampening": sgd({ momentum, dampening: 0.3, rateInVelocity }),
    "sgd, PyTorch's nesterov": sgd({ momentum, nesterov: true, rateInVelocity }),
  },
  formulas: ['sgd', 'sgd, momentum', 'sgd, nesterov'],
  reference,
  refused: [
    [() => sgd({ momentum: 1 }), 'sgd: momentum is 1; expected a number below 1'],
    [() => sgd({ momentum: NaN }), 'sgd: momentum is NaN; expected a finite number'],
    [() => sgd({ momentum, dampening: -0.1 }), 'sgd: dampening is -0.1; expected at least 0'],
    [() => sgd({ momentum, dampening: 1.1 }), 'sgd: dampening is 1.1; expected at most 1'],
    [() => sgd({ dampening: 0.5 }), 'sgd: dampening: a number above 0 needs a momentum above 0'],
    [() => sgd({ nesterov: true }), 'sgd: nesterov: true needs a momentum above 0'],
    [() => sgd({ momentum, dampening: 0.1, nesterov: true }), 'sgd: nesterov: true needs a dampening of 0'],
  ],
  labels: [
    [sgd(), 'SGD', 'SGD, no momentum'],
    [sgd({ momentum }), 'SGD (momentum 0.9)', 'SGD, momentum 0.9'],
    [sgd({ momentum, nesterov: true }), 'SGD (Nesterov 0.9)', 'SGD, Nesterov 0.9'],
    [
      sgd({ momentum, dampening: 0.1, rateInVelocity }),
      "SGD (momentum 0.9, dampening 0.1, PyTorch's velocity)",
      "SGD, momentum 0.9, dampening 0.1, PyTorch's velocity",
    ],
  ],
  baseline: {
    "sgd with PyTorch's velocity": [sgd({ momentum, rateInVelocity }), 'paper', 0.02],
    "sgd with PyTorch's dampening": [sgd({ momentum, dampening: 0.5, rateInVelocity }), 'paper', 0.02],
    'sgd with dampening': [sgd({ momentum, dampening: 0.5 }), 'paper', 0.02],
  },
} satisfies RuleProof<SgdConfig>
