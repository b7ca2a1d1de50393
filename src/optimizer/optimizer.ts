import { z } from 'zod'
import { entryOf, schemasOf } from '../validation/registry.js'
import { aliasSchemas } from './aliases.js'
import type { ControlType } from './controls/control-type.js'
import controls from './controls/controls.js'
import type { RuleConfig } from './rule.js'
import rules from './rules/rules.js'

export type { RuleConfig }

/** A rule, alone or within a control of the layers' rotation. Other names become what they stand for. */
export const optimizerSchema = z.discriminatedUnion('type', [
  ...schemasOf(rules),
  ...schemasOf(controls),
  ...aliasSchemas,
])

/** A config that changes the steps, or the gradients, of a rule. */
export type ControlConfig = z.output<(typeof controls)[number]['schema']>

export type OptimizerConfig = RuleConfig | ControlConfig

export function isControl(optimizer: OptimizerConfig): optimizer is ControlConfig {
  return 'rule' in optimizer
}

/** The rule that makes the steps, within a control or alone. */
export function ruleOf(optimizer: OptimizerConfig): RuleConfig {
  return isControl(optimizer) ? optimizer.rule : optimizer
}

/** Returns the registry's entry for a control. */
export const controlType = (control: ControlConfig): ControlType<ControlConfig> =>
  entryOf<ControlType<ControlConfig>>(controls, control)
