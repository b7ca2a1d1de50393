import { isControl, ruleOf, type OptimizerConfig } from '../../../src/optimizer/optimizer.js'
import { combine, type Vector } from '../../native/support/vectors.js'
import type { ReferenceControl } from '../control-proof.js'
import { controlProofs } from '../control-proofs.js'
import { ruleProofs } from '../rule-proofs.js'

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

/** An optimizer on one layer in fp64, straight from the formulas. */
export function referenceLayer(
  optimizer: OptimizerConfig,
  initial: Vector,
  { rowSize, trained, controlled, rateFactor, decay, decoupledDecay }: ReferenceSettings,
): ReferenceStep {
  if (!trained) return (weights) => new Float64Array(weights)
  const rule = ruleOf(optimizer)
  const update = ruleProofs.get(rule.type)!.reference(rule, initial.length, rowSize)
  const control =
    controlled && isControl(optimizer)
      ? controlProofs.get(optimizer.type)!.reference(optimizer, { initial, rowSize })
      : {}
  const { gradient: seen, apply }: Required<ReferenceControl> = { ...none, ...control }
  return (weights, gradient, givenRate) => {
    const rate = rateFactor * givenRate
    const proposed = update(seen({ weights, gradient, decay, rate }), rate, weights)
    return apply({ weights, gradient, update: proposed, rate, decay, shrinkage: rate * decoupledDecay })
  }
}

/** The rule alone. */
const none: Required<ReferenceControl> = {
  gradient: ({ weights, gradient, decay }) => combine(1, gradient, decay, weights),
  apply: ({ weights, update, shrinkage }) => combine(1 - shrinkage, weights, 1, update),
}
