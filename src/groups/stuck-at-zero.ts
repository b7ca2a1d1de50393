import { controlType, isControl } from '../optimizer/optimizer.js'
import { parameterSettings, type TrainedModel } from './parameter-settings.js'

/** The weights that stay 0 where they begin at 0, under a control such as layca. */
export interface StuckAtZero {
  names: ReadonlySet<string>
  /** Each neuron is stuck by itself, else only a layer of which all weights are 0. */
  perNeuron: boolean
  /** The end of a sentence: 'layca keeps initial norms'. */
  reason: string
}

/** Returns the weights that would be stuck at 0; undefined if the optimizer moves all that train. */
export function stuckAtZero(config: TrainedModel): StuckAtZero | undefined {
  const { optimizer } = config
  if (!isControl(optimizer)) return undefined
  const { zerosStay } = controlType(optimizer)
  if (zerosStay === undefined) return undefined
  const stuck = parameterSettings(config).filter(({ trained, controlled }) => trained && controlled)
  return {
    names: new Set(stuck.map(({ name }) => name)),
    perNeuron: !('per' in optimizer && optimizer.per === 'layer'),
    reason: `${optimizer.type} ${zerosStay}`,
  }
}

/** Returns the parameters that the rule alone would train and its control, such as layca, does not. */
export function frozenByControl(config: TrainedModel): Set<string> {
  const { optimizer } = config
  if (!isControl(optimizer)) return new Set()
  const alone = parameterSettings({ ...config, optimizer: optimizer.rule })
  const frozen = parameterSettings(config).filter(({ trained }, i) => !trained && alone[i]!.trained)
  return new Set(frozen.map(({ name }) => name))
}
