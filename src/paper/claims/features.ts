import { join } from 'node:path'
import { knownMean, mean } from '../../rotation/mean.js'
import { openRun } from '../../run/open-run.js'
import { unlessUnreadable } from '../../study/unless-unreadable.js'
import type { Claim } from './claim.js'
import type { PaperRun } from './paper-runs.js'
import { rankCorrelationTest } from './rank-correlation-test.js'

const layer = 'dense0'

/**
 * The more the first layer of the perceptron rotates, the more its neurons look like parts of digits instead of noise. A feature
 * is measured by the correlation of weights of neighbouring pixels: about 0 for random initial weights, and towards 1 for the
 * smooth strokes of the paper's pictures.
 */
export const features: Claim = {
  name: 'features',
  statement: 'Neurons learn features the more, the more their layer rotates.',
  experiments: ['mnist-rates'],
  predict: async ({ runs }) => {
    const byRate = new Map<number, { rotation: number; structure: number }[]>()
    for (const run of runs) {
      if (run.experiment !== 'mnist-rates') continue
      const rotation = run.row.layers.find((one) => one.layer === layer)?.rotation ?? null
      const structure = await structureOf(run)
      if (rotation === null || structure === undefined || Number.isNaN(structure)) continue
      const rate = run.values['rate'] as number
      byRate.set(rate, [...(byRate.get(rate) ?? []), { rotation, structure }])
    }
    if (byRate.size === 0) return []
    const settings = [...byRate.values()].map((same) => ({
      x: same.map(({ rotation }) => rotation),
      y: same.map(({ structure }) => structure),
    }))
    return [
      {
        effect: `rotation of ${layer} with the correlation of neighbouring weights`,
        unit: 'rank correlation',
        estimate: rankCorrelationTest(settings),
      },
    ]
  },
}

/**
 * The mean over neurons of the correlation between weights of neighbouring pixels, NaN if all neurons are constant; undefined if the
 * run's last weights are missing or damaged.
 */
async function structureOf({ study, row }: PaperRun): Promise<number | undefined> {
  const name = `${layer}.weight`
  const tensors = await unlessUnreadable(async () => (await openRun(join(study, row.folder))).weights('last', [name]))
  const weights = tensors?.get(name)
  const [neurons, inputs] = weights?.shape ?? []
  if (weights === undefined || neurons === undefined || inputs === undefined) return undefined
  return knownMean(
    Array.from({ length: neurons }, (_, i) =>
      neighbourCorrelation(weights.data.subarray(i * inputs, (i + 1) * inputs)),
    ),
  ).mean
}

/**
 * Pearson's correlation of each pixel with its right and its lower neighbour, -1 … 1; NaN if all pixels are equal.
 *
 * @param image a square image, row-major
 */
export function neighbourCorrelation(image: Float32Array): number {
  const side = Math.sqrt(image.length)
  const centre = mean(image)
  let [products, squares, pairs] = [0, 0, 0]
  for (let i = 0; i < image.length; i++) {
    const value = image[i]! - centre
    squares += value * value
    if ((i + 1) % side > 0) [products, pairs] = [products + value * (image[i + 1]! - centre), pairs + 1]
    if (i + side < image.length) [products, pairs] = [products + value * (image[i + side]! - centre), pairs + 1]
  }
  return products / pairs / (squares / image.length)
}
