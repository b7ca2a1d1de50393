import { z } from 'zod'
import { fixedNormSchema } from './controls/fixed-norm.js'
import { larsSchema } from './controls/lars.js'
import { laycaSchema } from './controls/layca.js'
import { projectedSchema } from './controls/projected.js'
import { rotationalSchema } from './controls/rotational.js'
import { ruleSchemas, type RuleConfig } from './rule.js'

export type { RuleConfig }

const controlSchemas = [laycaSchema, fixedNormSchema, rotationalSchema, projectedSchema, larsSchema] as const

/** A rule, alone or within a control of the layers' rotation. */
export const optimizerSchema = z.discriminatedUnion('type', [...ruleSchemas, ...controlSchemas])

/** What changes the steps, or gradients, of a rule. */
export type ControlConfig = z.output<(typeof controlSchemas)[number]>

export type OptimizerConfig = RuleConfig | ControlConfig

export function isControl(optimizer: OptimizerConfig): optimizer is ControlConfig {
  return 'rule' in optimizer
}

/** The rule that makes the steps, within a control or alone. */
export function ruleOf(optimizer: OptimizerConfig): RuleConfig {
  return isControl(optimizer) ? optimizer.rule : optimizer
}
