import type { RuleConfig } from '../../../src/optimizer/rule.js'
import type { ReferenceRule } from '../rule-proof.js'
import { ruleProofs } from '../rule-proofs.js'

/** The formulas of a rule in fp64, for a layer of so many weights. */
export const referenceRule = (rule: RuleConfig, size: number): ReferenceRule =>
  ruleProofs.get(rule.type)!.reference(rule, size)
