import type { OptimizerConfig, RuleConfig } from '../../src/optimizer/optimizer.js'
import { controlProofs } from './control-proofs.js'
import { ruleProofs } from './rule-proofs.js'

/** Rules of all types, with various options, by name. */
export const rules: Record<string, RuleConfig> = Object.fromEntries(
  [...ruleProofs.values()].flatMap(({ cases }) => Object.entries(cases)),
)

/** Controls of all types, with various options, and the rule alone, by name. */
export const controls: Record<string, (rule: RuleConfig) => OptimizerConfig> = {
  'no control': (rule) => rule,
  ...Object.fromEntries([...controlProofs.values()].flatMap(({ cases }) => Object.entries(cases))),
}
