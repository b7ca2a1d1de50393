import { isDeepStrictEqual } from 'node:util'
import { controlType, isControl, ruleOf, type ControlConfig, type OptimizerConfig } from '../optimizer/optimizer.js'
import { ruleType, type RuleConfig } from '../optimizer/rule.js'

/**
 * A short name for figures and tables, with the options that differ from their defaults.
 *
 *     optimizerLabel(layca(sgd()))   // 'Layca'
 *     optimizerLabel(layca(adam(), { per: 'neuron' }))   // 'Layca Adam (per neuron)'
 *     optimizerLabel(sgd({ momentum: 0.9, nesterov: true }))   // 'SGD (Nesterov 0.9)'
 */
export function optimizerLabel(optimizer: OptimizerConfig): string {
  if (!isControl(optimizer)) return withOptions(ruleParts(optimizer))
  const { rule } = optimizer
  const control = controlParts(optimizer)
  const pair = controlType(optimizer).around?.[rule.type]
  const { name, options } = ruleParts(rule, pair?.usual)
  const around = rule.type === 'sgd' ? control.name : `${control.name} ${name}`
  return withOptions({ name: pair?.label ?? around, options: [...options, ...control.options] })
}

/** The optimizer in words, for reports: `Layca on SGD, no momentum`. */
export function optimizerText(optimizer: OptimizerConfig): string {
  const rule = ruleOf(optimizer)
  const { name, options } = ruleParts(rule)
  const remark = ruleType(rule).remark?.(rule)
  const ruleText = [name, ...(remark === undefined ? [] : [remark]), ...options].join(', ')
  return isControl(optimizer) ? `${withOptions(controlParts(optimizer))} on ${ruleText}` : ruleText
}

interface Parts {
  name: string
  /** The options that differ from their defaults, in words. */
  options: string[]
}

const withOptions = ({ name, options }: Parts): string =>
  options.length === 0 ? name : `${name} (${options.join(', ')})`

/** @param usual the rule with the options that the name of its control implies, such as the momentum of SGDP */
function ruleParts(rule: RuleConfig, usual?: RuleConfig): Parts {
  const type = ruleType(rule)
  const defaults = type.schema.parse({ type: rule.type })
  return { name: type.label, options: differences(rule, usual ?? defaults, type.words?.(rule)) }
}

function controlParts(control: ControlConfig): Parts {
  const type = controlType(control)
  const defaults = type.schema.parse({ type: control.type, rule: control.rule })
  const { label, usual } = type.variant?.(control) ?? { label: type.label, usual: defaults }
  return { name: label, options: differences(control, usual, type.words?.(control)) }
}

/** The options of `config` that differ from `usual`, in words: those given, else name and value. */
function differences(config: object, usual: object, words: object = {}): string[] {
  const usually = new Map<string, unknown>(Object.entries(usual))
  const worded = new Map<string, string>(Object.entries(words))
  return Object.entries(config)
    .filter(([key, value]) => key !== 'rule' && !isDeepStrictEqual(value, usually.get(key)))
    .map(([key, value]) => worded.get(key) ?? `${key} ${isRule(value) ? optimizerLabel(value) : String(value)}`)
    .filter((text) => text !== '')
}

/** Tells whether the value of an option is a rule, such as that of Muon's vectors. */
const isRule = (value: unknown): value is RuleConfig => typeof value === 'object' && value !== null && 'type' in value
