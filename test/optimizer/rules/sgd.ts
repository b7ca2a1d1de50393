import type { SgdConfig } from '../../../src/optimizer/rules/sgd.js'
import { combine, vector, type Vector } from '../../native/support/vectors.js'
import type { ReferenceRule } from './rule.js'

/** Both conventions: Keras's, with the rate inside the velocity (PAPER.md 3), and that of torch.optim.SGD's documentation. */
export function sgd(config: SgdConfig, size: number): ReferenceRule {
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
