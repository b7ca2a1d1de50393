import { rateText } from '../text/rate.js'
import type { ExperimentConfig } from '../experiment/config.js'
import {
  augmentationText,
  averagingText,
  clippingText,
  computationText,
  groupsText,
  lossText,
  multipliersText,
  regularizationText,
  validationText,
} from '../text/settings.js'
import { optimizerText } from '../text/optimizer.js'
import { dataText } from '../text/data.js'
import { count } from '../numbers.js'
import { modelText } from '../text/model.js'
import { term } from './term.js'
import { type Html, html } from './html.js'

/**
 * The section that describes runs in a few lines: their common settings, and each run's where they differ. Settings that no run
 * has are left out.
 */
export function description(configs: readonly ExperimentConfig[]): Html {
  if (configs.length === 0) return html``
  return html`<section aria-labelledby="what">
    <h2 id="what">What was run</h2>
    <dl>
      ${Object.entries(parts).map(([title, describe]) => {
        const texts = configs.map((config) => describe(config))
        return texts.some((text) => text !== undefined)
          ? term(
              title,
              texts.map((text) => text ?? otherwise[title] ?? 'none'),
            )
          : ''
      })}
    </dl>
  </section>`
}

const parts: Record<string, (config: ExperimentConfig) => string | undefined> = {
  data: ({ data }) => dataText(data),
  normalization: ({ normalization }) => (normalization === 'channel' ? 'of each channel by itself' : undefined),
  augmentation: augmentationText,
  validation: validationText,
  model: modelText,
  'initial weights': ({ initialWeights }) => (initialWeights === null ? undefined : `from ${initialWeights}`),
  loss: lossText,
  optimizer: ({ optimizer }) => optimizerText(optimizer),
  regularization: regularizationText,
  'gradient clipping': clippingText,
  groups: groupsText,
  'learning rate': ({ learningRate }) => rateText(learningRate),
  multipliers: multipliersText,
  epochs: ({ epochs }) => count(epochs),
  'batch size': ({ batchSize, batches, accumulation }) =>
    count(batchSize) +
    (accumulation > 1 ? `, in ${accumulation} parts` : '') +
    (batches === 'kerasSequence' ? ', whole batches an epoch as in Keras' : ''),
  averaging: averagingText,
  computation: computationText,
  seed: ({ seed }) => String(seed),
  tags: ({ tags }) => (tags.length > 0 ? tags.join(', ') : undefined),
  notes: ({ notes }) => notes || undefined,
}

/** The text for a run without a setting that other runs have; otherwise 'none'. */
const otherwise: Record<string, string> = {
  normalization: 'of all channels together',
  'initial weights': 'drawn by the seed',
  multipliers: '1 for all layers',
}
