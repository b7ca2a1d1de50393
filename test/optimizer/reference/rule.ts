import type { RuleConfig } from '../../../src/optimizer/rule.js'
import type { Vector } from '../../native/support/vectors.js'
import { adagrad } from './adagrad.js'
import { adam } from './adam.js'
import { effectiveSgd } from './effective-sgd.js'
import { normalizedSgd } from './normalized-sgd.js'
import { rmsprop } from './rmsprop.js'
import { sgdAdamMomentum } from './sgd-adam-momentum.js'
import { sgd } from './sgd.js'

/**
 * An update rule on one layer, in fp64 and with its own state: what it adds to the weights. The gradient is that which the
 * rule sees, with the coupled decay.
 */
export type ReferenceRule = (gradient: Vector, rate: number, weights: Vector) => Vector

export function referenceRule(rule: RuleConfig, size: number): ReferenceRule {
  switch (rule.type) {
    case 'sgd':
      return sgd(rule, size)
    case 'sgdAdamMomentum':
      return sgdAdamMomentum(rule, size)
    case 'adam':
    case 'adamW':
      return adam(rule, size)
    case 'rmsprop':
      return rmsprop(rule, size)
    case 'adagrad':
      return adagrad(rule, size)
    case 'normalizedSgd':
      return normalizedSgd()
    case 'effectiveSgd':
      return effectiveSgd()
  }
}
