import { fixedNorm } from '../../src/optimizer/controls/fixed-norm.js'
import { larc, lars } from '../../src/optimizer/controls/lars.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { projected } from '../../src/optimizer/controls/projected.js'
import { rotational } from '../../src/optimizer/controls/rotational.js'
import type { OptimizerConfig } from '../../src/optimizer/optimizer.js'
import type { RuleConfig } from '../../src/optimizer/rule.js'
import { ruleProofs } from './rule-proofs.js'

/** Rules of all types, with various options, by name. */
export const rules: Record<string, RuleConfig> = Object.fromEntries(
  [...ruleProofs.values()].flatMap(({ cases }) => Object.entries(cases)),
)

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
