import type { MixingConfig, RandomErasingConfig } from '../experiment/augmentation-config.js'
import { averagingIn } from '../experiment/averaging-config.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { count, share, significant } from '../numbers.js'

/** The loss in words: `cross-entropy, label smoothing 0.1`. */
export function lossText({ loss }: ExperimentConfig): string {
  if (loss.type === 'kerasCrossEntropy') return "Keras's clipped cross-entropy"
  return loss.labelSmoothing === 0 ? 'cross-entropy' : `cross-entropy, label smoothing ${loss.labelSmoothing}`
}

/** Precision and memory format: `bf16 channelsLast`. */
export const computationText = ({ precision, memoryFormat }: ExperimentConfig): string => `${precision} ${memoryFormat}`

/** The regularisation in words; undefined if there is none. */
export function regularizationText({ regularization }: ExperimentConfig): string | undefined {
  if (regularization === null) return undefined
  const { type, factor } = regularization
  if (type === 'weightDecay') return `weight decay ${significant(factor)} on all parameters that train`
  const exception = regularization.except.length > 0 ? ` except ${regularization.except.join(', ')}` : ''
  return `${type === 'l2' ? 'L2' : 'decoupled weight decay'} ${significant(factor)} on the layers${exception}`
}

/** The bound of the gradient in words; undefined if there is none. */
export function clippingText({ gradientClipping }: ExperimentConfig): string | undefined {
  if (gradientClipping === null) return undefined
  const max = significant(gradientClipping.max)
  if (gradientClipping.type === 'clipValue') return `gradient clipped to values of ±${max}`
  return `gradient clipped to a norm of ${max}${gradientClipping.per === 'parameter' ? ' for each parameter' : ''}`
}

/** The average of the weights in words; undefined if there is none. */
export function averagingText(config: ExperimentConfig): string | undefined {
  const averaging = averagingIn(config)
  if (averaging === null) return undefined
  if (averaging.type === 'ema') return `moving average of the weights, decay ${averaging.decay}`
  const every = averaging.every === 1 ? 'each epoch' : `every ${averaging.every} epochs`
  return `mean of the weights of ${every} from epoch ${averaging.from + 1} on`
}

/** The parameter groups in words, separated by semicolons; undefined if there are none. */
export function groupsText({ groups }: ExperimentConfig): string | undefined {
  return groups.length > 0 ? groups.map(groupText).join('; ') : undefined
}

function groupText({ match, trained, controlled, rate, weightDecay }: ExperimentConfig['groups'][number]): string {
  const conditions = [match.kind, ...(match.layers ?? []), ...(match.parameters ?? [])]
  const changes = [
    trained !== undefined && (trained ? 'trained' : 'frozen'),
    controlled !== undefined && (controlled ? 'controlled' : 'not controlled'),
    rate !== undefined && `rate times ${rate}`,
    weightDecay !== undefined && `weight decay ${weightDecay}`,
  ]
  return `${conditions.filter(Boolean).join(' ')}: ${changes.filter(Boolean).join(', ')}`
}

/** The augmentation in words; undefined if the images are not changed. */
export function augmentationText({ augmentation }: ExperimentConfig): string | undefined {
  const { shift, flip, crop, randAugment, cutout, randomErasing, mixing } = augmentation
  const parts = [
    shift > 0 && `shifts of up to ${shift} pixels`,
    crop && `crops with ${count(crop.padding, 'pixel')} of ${crop.mode} padding`,
    flip && 'flips',
    randAugment && `RandAugment (${count(randAugment.operations, 'operation')} of magnitude ${randAugment.magnitude})`,
    cutout > 0 && `cutout of ${cutout} × ${cutout} pixels`,
    randomErasing && erasingText(randomErasing),
    mixing && mixingText(mixing),
  ].filter((part) => typeof part === 'string')
  if (parts.length < 3) return parts.length > 0 ? parts.join(' and ') : undefined
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)!}`
}

function erasingText({ probability, scale, ratio }: RandomErasingConfig): string {
  const boxes = `boxes of ${scale.join(' to ')} of the area, ${ratio.join(' to ')} as high as wide`
  return `random erasing in ${share(probability)} of the images (${boxes})`
}

function mixingText({ mixup, cutmix, probability }: MixingConfig): string {
  const kinds = [mixup > 0 && `mixup (α ${mixup})`, cutmix > 0 && `CutMix (α ${cutmix})`].filter(
    (kind) => kind !== false,
  )
  return `${kinds.join(' or ')}${probability < 1 ? ` of ${share(probability)} of the batches` : ''}`
}

/** The validation split in words; undefined if there is none. */
export function validationText({ validation, data }: ExperimentConfig): string | undefined {
  if (validation === null) return undefined
  return `${share(validation.share)} of the training ${data.type === 'tokens' ? 'windows' : 'images'}`
}

/** The evaluations in words; undefined if all images are evaluated after every epoch. */
export function evaluationText({ evaluation, data }: ExperimentConfig): string | undefined {
  const { every, images, initial } = evaluation
  const noun = data.type === 'tokens' ? 'window' : 'image'
  const parts = [
    images !== null && `of at most ${count(images, noun)}`,
    every > 1 && `every ${every} epochs`,
    initial && 'before the first step',
  ].filter((part) => part !== false)
  return parts.length > 0 ? `evaluations ${parts.join(', ')}` : undefined
}

/** The multipliers of the layers in words; undefined if all layers follow the schedule alike. */
export function multipliersText({ multipliers }: ExperimentConfig): string | undefined {
  if (multipliers === null) return undefined
  if (multipliers.type === 'alpha') return `α ${multipliers.alpha}`
  const layers = Object.entries(multipliers.layers)
  if (layers.length > 8) return `a table of ${layers.length} layers`
  return [
    ...layers.map(([layer, factor]) => `${layer} ${significant(factor)}`),
    `others ${significant(multipliers.others)}`,
  ].join(', ')
}
