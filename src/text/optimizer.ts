import { adagrad } from '../optimizer/rules/adagrad.js'
import { adamW } from '../optimizer/rules/adam-w.js'
import { adam } from '../optimizer/rules/adam.js'
import { effectiveSgd } from '../optimizer/rules/effective-sgd.js'
import { fixedNorm } from '../optimizer/controls/fixed-norm.js'
import { larc, lars } from '../optimizer/controls/lars.js'
import { layca } from '../optimizer/controls/layca.js'
import { normalizedSgd } from '../optimizer/rules/normalized-sgd.js'
import { isControl, ruleOf, type ControlConfig, type OptimizerConfig, type RuleConfig } from '../optimizer/optimizer.js'
import { adamP, projected, sgdP } from '../optimizer/controls/projected.js'
import { rmsprop } from '../optimizer/rules/rmsprop.js'
import { rotational } from '../optimizer/controls/rotational.js'
import { sgdAdamMomentum } from '../optimizer/rules/sgd-adam-momentum.js'
import { sgd } from '../optimizer/rules/sgd.js'

/**
 * A short name for figures and tables, with the options that differ from their defaults.
 *
 *     optimizerLabel(layca(sgd()))   // 'Layca'
 *     optimizerLabel(layca(adam(), { per: 'neuron' }))   // 'Layca Adam (per neuron)'
 *     optimizerLabel(sgd({ momentum: 0.9, nesterov: true }))   // 'SGD (Nesterov 0.9)'
 */
export function optimizerLabel(optimizer: OptimizerConfig): string {
  return withOptions(optimizerParts(optimizer))
}

/** The optimizer in words, for reports: `Layca on SGD, no momentum`. */
export function optimizerText(optimizer: OptimizerConfig): string {
  const rule = ruleOf(optimizer)
  const { name, options } = ruleParts(rule, usualRules[rule.type]())
  const still = rule.type === 'sgd' && rule.momentum === 0 ? ['no momentum'] : []
  const ruleText = [name, ...still, ...options].join(', ')
  if (!isControl(optimizer)) return ruleText
  return `${withOptions(controlParts(optimizer))} on ${ruleText}`
}

interface Parts {
  name: string
  /** The options that differ from their defaults, in words. */
  options: string[]
}

const withOptions = ({ name, options }: Parts): string =>
  options.length === 0 ? name : `${name} (${options.join(', ')})`

function optimizerParts(optimizer: OptimizerConfig): Parts {
  const rule = ruleParts(ruleOf(optimizer), usualRule(optimizer))
  if (!isControl(optimizer)) return rule
  const control = controlParts(optimizer)
  const { type } = optimizer.rule
  const projectedName = optimizer.type === 'projected' ? projectedNames[type] : undefined
  const name = projectedName ?? (type === 'sgd' ? control.name : `${control.name} ${rule.name}`)
  return { name, options: [...rule.options, ...control.options] }
}

const projectedNames: Partial<Record<RuleConfig['type'], string>> = { sgd: 'SGDP', adam: 'AdamP' }

const ruleNames: Record<RuleConfig['type'], string> = {
  sgd: 'SGD',
  sgdAdamMomentum: 'SGD_AMom',
  adam: 'Adam',
  adamW: 'AdamW',
  rmsprop: 'RMSprop',
  adagrad: 'Adagrad',
  normalizedSgd: 'Normalised SGD',
  effectiveSgd: 'Effective SGD',
}

const usualRules: { [Type in RuleConfig['type']]: () => RuleConfig } = {
  sgd,
  sgdAdamMomentum,
  adam,
  adamW,
  rmsprop,
  adagrad,
  normalizedSgd,
  effectiveSgd,
}

/** The rule with the options that its name implies, such as the momentum of SGDP. */
function usualRule(optimizer: OptimizerConfig): RuleConfig {
  const { type } = ruleOf(optimizer)
  if (optimizer.type === 'projected' && type === 'sgd') return sgdP().rule
  if (optimizer.type === 'projected' && type === 'adam') return adamP().rule
  return usualRules[type]()
}

function ruleParts(rule: RuleConfig, usual: RuleConfig): Parts {
  const name = ruleNames[rule.type]
  if (rule.type !== 'sgd' || !rule.nesterov) return { name, options: unusual(rule, usual) }
  const { momentum, ...others } = rule
  return { name, options: [`Nesterov ${momentum}`, ...unusual({ ...others, nesterov: false }, usual)] }
}

function controlParts(control: ControlConfig): Parts {
  switch (control.type) {
    case 'layca':
      return { name: 'Layca', options: unusual(control, layca(control.rule)) }
    case 'fixedNorm':
      return { name: 'Fixed norm', options: unusual(control, fixedNorm(control.rule)) }
    case 'rotational':
      return { name: 'Rotational', options: unusual(control, rotational(control.rule)) }
    case 'projected':
      return { name: 'Projected', options: unusual(control, projected(control.rule)) }
    case 'lars': {
      const [name, usual] = control.clip ? ['LARC', larc(control.rule)] : ['LARS', lars(control.rule)]
      return { name, options: unusual(control, usual) }
    }
  }
}

/** The options of `config` that differ from `usual`, in words. */
function unusual(config: object, usual: object): string[] {
  const usually = new Map<string, unknown>(Object.entries(usual))
  return Object.entries(config)
    .filter(([key, value]) => key !== 'rule' && value !== usually.get(key))
    .map(([key, value]) => words[key]?.(value) ?? `${key} ${String(value)}`)
}

const words: Record<string, (value: unknown) => string> = {
  rateInVelocity: (isIn) => (isIn ? "Keras's velocity" : "PyTorch's velocity"),
  epsilonHat: (isHat) => (isHat ? "Keras's epsilon" : "PyTorch's epsilon"),
  amsgrad: () => 'AMSGrad',
  weightDecay: (factor) => `weight decay ${String(factor)}`,
  initialAccumulator: (start) => `accumulator from ${String(start)}`,
  per: (unit) => `per ${String(unit)}`,
  trustCoefficient: (coefficient) => `trust ${String(coefficient)}`,
  decayRatio: (ratio) => `decay ratio ${String(ratio)}`,
}
