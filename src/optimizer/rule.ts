import { z } from 'zod'
import { entryOf, schemasOf } from '../validation/registry.js'
import type { RuleType } from './rules/rule-type.js'
import rules from './rules/rules.js'

/** An update rule, which makes a step from the gradient. */
export const ruleSchema = z.discriminatedUnion('type', schemasOf(rules))

export type RuleConfig = z.output<typeof ruleSchema>

/** Returns the registry's entry for a rule. */
export const ruleType = (rule: RuleConfig): RuleType<RuleConfig> => entryOf<RuleType<RuleConfig>>(rules, rule)
