import type { RuleConfig } from '../../src/optimizer/rule.js'
import rules from '../../src/optimizer/rules/rules.js'
import { proofsIn } from './proofs.js'
import type { RuleProof } from './rule-proof.js'

/** The proofs of all rules. */
export const ruleProofs = await proofsIn<RuleProof<RuleConfig>>('rules/', rules, ({ usual: [, { type }] }) => type)
