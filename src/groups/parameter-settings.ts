import { dataShape } from '../data/data.js'
import type { ExperimentConfig } from '../experiment/config.js'
import type { ParameterSettings } from '../native/contract.js'
import { isControl, ruleOf, type OptimizerConfig } from '../optimizer/optimizer.js'
import type { RegularizationConfig } from '../regularization/regularization.js'
import { matches } from './match.js'
import { modelParameters, type ModelParameter } from './model-parameters.js'

/** What decides them. */
type Settings = Pick<ExperimentConfig, 'data' | 'model' | 'optimizer' | 'regularization' | 'groups'>

/**
 * What training does to each parameter, in the order of `state_dict`: what optimizer and regularization give it, changed by
 * the groups that match it, of which the last decides, key by key.
 *
 * By default all parameters train, under layca, fixedNorm and rotational the kernels alone; a control applies to the
 * kernels. Decay is coupled for l2 (2·factor, of the kernels that are not excepted) and weightDecay (factor, of everything),
 * decoupled for decoupledWeightDecay (factor, of the kernels that are not excepted) and adamW (its weightDecay, of
 * everything). A group's weightDecay stands for that of the regularization; without one for adamW's, and with neither it is
 * coupled.
 */
export function parameterSettings({ data, model, optimizer, regularization, groups }: Settings): ParameterSettings[] {
  return modelParameters(model.layers, dataShape(data).inputShape).map((parameter) => {
    const matching = groups.filter(({ match }) => matches(parameter, match))
    const setting = <Key extends 'trained' | 'controlled' | 'rate' | 'weightDecay'>(key: Key) =>
      matching.findLast((group) => group[key] !== undefined)?.[key]
    const isKernel = parameter.kinds.has('kernel')
    return {
      name: parameter.name,
      trained: setting('trained') ?? (isKernel || !trainsKernelsOnly(optimizer)),
      controlled: isControl(optimizer) && isKernel && (setting('controlled') ?? true),
      rateFactor: setting('rate') ?? 1,
      ...decayOf(parameter, optimizer, regularization, setting('weightDecay')),
    }
  })
}

function trainsKernelsOnly({ type }: OptimizerConfig): boolean {
  return type === 'layca' || type === 'fixedNorm' || type === 'rotational'
}

/** @param own of the parameter's group */
function decayOf(
  parameter: ModelParameter,
  optimizer: OptimizerConfig,
  regularization: RegularizationConfig | null,
  own: number | undefined,
): Pick<ParameterSettings, 'decay' | 'decoupledDecay'> {
  const rule = ruleOf(optimizer)
  if (regularization === null) {
    if (rule.type === 'adamW') return { decay: 0, decoupledDecay: own ?? rule.weightDecay }
    return { decay: own ?? 0, decoupledDecay: 0 }
  }
  const decay = own ?? regularizationOf(parameter, regularization)
  if (regularization.type === 'decoupledWeightDecay') return { decay: 0, decoupledDecay: decay }
  return { decay, decoupledDecay: rule.type === 'adamW' ? rule.weightDecay : 0 }
}

function regularizationOf({ layer, kinds }: ModelParameter, regularization: RegularizationConfig): number {
  const { type, factor } = regularization
  if (type === 'weightDecay') return factor
  if (!kinds.has('kernel') || regularization.except.includes(layer)) return 0
  return type === 'l2' ? 2 * factor : factor
}
