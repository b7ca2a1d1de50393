import { readdirSync } from 'node:fs'
import type { RuleConfig } from '../../src/optimizer/rule.js'
import rules from '../../src/optimizer/rules/rules.js'
import type { RuleProof } from './rule-proof.js'

const folder = new URL('rules/', import.meta.url)

const found = await Promise.all(
  readdirSync(folder).map(async (file) => {
    const { default: proof } = (await import(new URL(file, folder).href)) as { default: RuleProof<RuleConfig> }
    return [proof.usual[1].type, proof] as const
  }),
)

/** The proofs of all rules by type, in the order of the registry: a rule without a file in rules/ is an error. */
export const ruleProofs = new Map<string, RuleProof<RuleConfig>>(
  rules.map(({ schema }) => {
    const type = schema.shape.type.value
    const proof = new Map<string, RuleProof<RuleConfig>>(found).get(type)
    if (!proof) throw new Error(`the rule ${type} has no file in test/optimizer/rules`)
    return [type, proof]
  }),
)
