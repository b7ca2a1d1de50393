import type { OptimizerConfig } from '../../../src/optimizer/optimizer.js'
import { combine, norm, type Vector } from '../../native/support/vectors.js'
import { fixedNorm } from './fixed-norm.js'
import { larsGradient } from './lars.js'
import { layca } from './layca.js'
import { projected } from './projected.js'
import { rotational } from './rotational.js'
import { joined, rows } from './rows.js'
import { referenceRule } from './rule.js'

export interface ReferenceSettings {
  /** Weights a neuron. */
  rowSize: number
  trained: boolean
  controlled: boolean
  rateFactor: number
  /** c of the gradient c·w that is added to the loss's. */
  decay: number
  /** c of the step -rate·c·w beside the rule's; also where the rule is adamW, whose weightDecay it then is. */
  decoupledDecay: number
}

/** The weights after a step from these weights, by the gradient of the loss. */
export type ReferenceStep = (weights: Vector, gradient: Vector, rate: number) => Float64Array

/**
 * An optimizer on one layer in fp64, straight from the formulas. Where the norm is kept (layca, fixedNorm, rotational)
 * decoupled decay has nothing to do.
 */
export function referenceLayer(
  optimizer: OptimizerConfig,
  initial: Vector,
  settings: ReferenceSettings,
): ReferenceStep {
  const { trained, rateFactor, decay } = settings
  if (!trained) return (weights) => new Float64Array(weights)
  const rule = 'rule' in optimizer ? optimizer.rule : optimizer
  const update = referenceRule(rule, initial.length)
  const apply = settings.controlled ? application(optimizer, initial, settings) : add
  return (weights, gradient, givenRate) => {
    const rate = rateFactor * givenRate
    const seen =
      optimizer.type === 'lars' && settings.controlled
        ? larsGradient(optimizer, weights, gradient, decay, rate)
        : combine(1, gradient, decay, weights)
    const shrinkage = rate * settings.decoupledDecay
    return apply({ weights, gradient, update: update(seen, rate, weights), rate, shrinkage })
  }
}

interface Proposal {
  weights: Vector
  /** Of the loss. */
  gradient: Vector
  /** What the rule would add to the weights, without decoupled decay. */
  update: Vector
  rate: number
  /** rate·c of decoupled decay. */
  shrinkage: number
}

type Application = (proposal: Proposal) => Float64Array

const add: Application = ({ weights, update, shrinkage }) => combine(1 - shrinkage, weights, 1, update)

function application(optimizer: OptimizerConfig, initial: Vector, { rowSize }: ReferenceSettings): Application {
  const size = 'per' in optimizer && optimizer.per === 'neuron' ? rowSize : initial.length
  if (optimizer.type === 'layca') return neuronByNeuron(size, initial, () => layca)
  if (optimizer.type === 'fixedNorm') return neuronByNeuron(size, initial, () => fixedNorm)
  if (optimizer.type === 'rotational') return neuronByNeuron(size, initial, () => rotational(optimizer.decay))
  if (optimizer.type !== 'projected') return add
  return ({ weights, gradient, update, rate, shrinkage }) => {
    const { update: kept, isProjected } = projected(weights, gradient, update, rowSize, optimizer.delta)
    const share = isProjected ? optimizer.decayRatio : 1
    return add({ weights, gradient, update: kept, rate, shrinkage: share * shrinkage })
  }
}

type Turn = (weights: Vector, update: Vector, rate: number, initialNorm: number) => Float64Array

function neuronByNeuron(size: number, initial: Vector, make: () => Turn): Application {
  const neurons = rows(initial, size).map((row) => ({ initialNorm: norm(row), turn: make() }))
  return ({ weights, update, rate }) => {
    const [w, u] = [rows(weights, size), rows(update, size)]
    return joined(neurons.map(({ turn, initialNorm }, i) => turn(w[i]!, u[i]!, rate, initialNorm)))
  }
}
