import { adagrad } from '../../src/optimizer/rules/adagrad.js'
import { adamW } from '../../src/optimizer/rules/adam-w.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { effectiveSgd } from '../../src/optimizer/rules/effective-sgd.js'
import { fixedNorm } from '../../src/optimizer/controls/fixed-norm.js'
import { larc, lars } from '../../src/optimizer/controls/lars.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { normalizedSgd } from '../../src/optimizer/rules/normalized-sgd.js'
import type { OptimizerConfig } from '../../src/optimizer/optimizer.js'
import { projected } from '../../src/optimizer/controls/projected.js'
import { rmsprop } from '../../src/optimizer/rules/rmsprop.js'
import { rotational } from '../../src/optimizer/controls/rotational.js'
import type { RuleConfig } from '../../src/optimizer/rule.js'
import { sgdAdamMomentum } from '../../src/optimizer/rules/sgd-adam-momentum.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'

// An epsilon as large as the gradients' numbers, so that its place in the formula shows.
const epsilon = 1e-2

export const rules: Record<string, RuleConfig> = {
  sgd: sgd(),
  'sgd, momentum': sgd({ momentum: 0.9 }),
  'sgd, momentum and dampening': sgd({ momentum: 0.9, dampening: 0.3 }),
  'sgd, nesterov': sgd({ momentum: 0.9, nesterov: true }),
  "sgd, PyTorch's momentum": sgd({ momentum: 0.9, rateInVelocity: false }),
  "sgd, PyTorch's momentum and dampening": sgd({ momentum: 0.9, dampening: 0.3, rateInVelocity: false }),
  "sgd, PyTorch's nesterov": sgd({ momentum: 0.9, nesterov: true, rateInVelocity: false }),
  sgdAdamMomentum: sgdAdamMomentum({ momentum: 0.8 }),
  'adam, epsilon hat': adam({ epsilon }),
  'adam, plain epsilon': adam({ epsilon, epsilonHat: false }),
  'adam, other betas': adam({ beta1: 0.5, beta2: 0.9, epsilon: 1e-7 }),
  'amsgrad, epsilon hat': adam({ epsilon, amsgrad: true }),
  'amsgrad, plain epsilon': adam({ epsilon, epsilonHat: false, amsgrad: true }),
  adamW: adamW({ epsilon, weightDecay: 0.1 }),
  rmsprop: rmsprop({ epsilon }),
  'rmsprop, other rho': rmsprop({ rho: 0.99, epsilon: 1e-7 }),
  adagrad: adagrad({ epsilon }),
  'adagrad, initial accumulator': adagrad({ epsilon: 1e-7, initialAccumulator: 0.01 }),
  normalizedSgd: normalizedSgd(),
  effectiveSgd: effectiveSgd(),
}

export const controls: Record<string, (rule: RuleConfig) => OptimizerConfig> = {
  'no control': (rule) => rule,
  layca: (rule) => layca(rule),
  'layca by neuron': (rule) => layca(rule, { per: 'neuron' }),
  fixedNorm: (rule) => fixedNorm(rule),
  'fixedNorm by neuron': (rule) => fixedNorm(rule, { per: 'neuron' }),
  rotational: (rule) => rotational(rule),
  'rotational by layer': (rule) => rotational(rule, { per: 'layer', decay: 0.9 }),
  projected: (rule) => projected(rule),
  // So wide that random gradients are projected by neuron, by layer or not at all.
  'projected, wide': (rule) => projected(rule, { delta: 2 }),
  lars: (rule) => lars(rule, { trustCoefficient: 0.1 }),
  larc: (rule) => larc(rule, { trustCoefficient: 0.1 }),
}
