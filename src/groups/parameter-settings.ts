import { z } from 'zod'
import { dataSchema, dataShape, type DataConfig } from '../data/data.js'
import { layerList, type LayerSpec } from '../model/layers.js'
import type { ParameterSettings } from '../native/contract.js'
import { controlType, isControl, optimizerSchema, ruleOf, type OptimizerConfig } from '../optimizer/optimizer.js'
import { regularizationSchema, type RegularizationConfig } from '../regularization/regularization.js'
import { validate } from '../validation/validate.js'
import { groupSchema, type GroupConfig } from './group.js'
import { matches } from './match.js'
import { modelParameters, type ModelParameter } from './model-parameters.js'

/** The part of an experiment that decides how its parameters are trained. */
export interface TrainedModel {
  data: DataConfig
  model: { layers: readonly LayerSpec[] }
  optimizer: OptimizerConfig
  regularization: RegularizationConfig | null
  groups: readonly GroupConfig[]
}

const trainedModelSchema = z.object({
  data: dataSchema,
  model: z.object({ layers: layerList(1) }),
  optimizer: optimizerSchema,
  regularization: regularizationSchema.nullable(),
  groups: z.array(groupSchema),
})

/**
 * Returns how each parameter is trained, in the order of `state_dict`: as optimizer and regularization say, changed by
 * the groups that match the parameter. Where several groups set the same key, the last one decides.
 *
 * By default all parameters train; under a control that trains weights only, such as layca, only the layers' weights do. A
 * control applies to the layers' weights. Decay is coupled for l2 (2·factor, on the weights of layers that are not excepted) and weightDecay (factor,
 * on everything), decoupled for decoupledWeightDecay (factor, on the weights of layers that are not excepted) and adamW (its
 * weightDecay, on everything). A group's weightDecay replaces that of the regularization; without a regularization it
 * replaces adamW's, and without either it is coupled.
 *
 * @param config an experiment, or these parts of one, as `experiment` returns it
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function parameterSettings(config: TrainedModel): ParameterSettings[] {
  validate(trainedModelSchema, config, 'parameterSettings')
  const { data, model, optimizer, regularization, groups } = config
  return modelParameters(model.layers, dataShape(data).inputShape).map((parameter) => {
    const matching = groups.filter(({ match }) => matches(parameter, match))
    const setting = <Key extends 'trained' | 'controlled' | 'rate' | 'weightDecay'>(key: Key) =>
      matching.findLast((group) => group[key] !== undefined)?.[key]
    const isWeight = parameter.kinds.has('kernel')
    return {
      name: parameter.name,
      trained: setting('trained') ?? (isWeight || !trainsWeightsOnly(optimizer)),
      controlled: isControl(optimizer) && isWeight && (setting('controlled') ?? true),
      rateFactor: setting('rate') ?? 1,
      ...decayOf(parameter, optimizer, regularization, setting('weightDecay')),
    }
  })
}

const trainsWeightsOnly = (optimizer: OptimizerConfig): boolean =>
  isControl(optimizer) && controlType(optimizer).trainsWeightsOnly

/** @param own the weight decay that a group gives the parameter */
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
