import { LayerRotationError } from '../../errors.js'
import { dataShape } from '../data.js'
import { locateSet } from './locate-set.js'
import { readSplits } from '../load-data.js'
import { pixelStatistics } from '../pixel-statistics.js'
import type { DataWork } from '../progress.js'
import type { Split } from '../split.js'
import { hasChecksum } from './get/checksum.js'
import type { PublishedSet } from './published-sets.js'
import type { SetName } from './set-names.js'

/** The content of a data set as it was read; `layer-rotation data check --json`. */
export interface SetCheck {
  name: SetName
  title: string
  /** The folder of the data set, or the archive that it is read from. */
  place: string
  /** true: the files are byte for byte the published ones; null if none of those is there any more. */
  asPublished: boolean | null
  inputShape: readonly number[]
  classes: number
  train: SplitCheck
  test: SplitCheck
}

export interface SplitCheck {
  images: number
  /** The fewest and the most images of a class. */
  perClass: [number, number]
  /** The mean of all pixels, 0 … 255. */
  mean: number
  /** The population deviation of all pixels. */
  deviation: number
  /** The mean and deviation of each channel. */
  channels: { mean: number; deviation: number }[]
}

/**
 * Reads a whole data set as a training would, and counts.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE
 */
export async function checkSet(set: PublishedSet, work: DataWork = {}): Promise<SetCheck> {
  const { place, originals } = await locateSet(set)
  const { inputShape, classes } = dataShape(set.config)
  const splits = await readSplits(set.config, 0, work)
  for (const split of ['train', 'test'] as const) {
    const found = splits[split].labels.length
    if (found === set.images[split]) continue
    const message = `${place} holds ${found} ${split} images; expected ${set.images[split]}, as ${set.title} has`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  let asPublished: boolean | null = originals.length === 0 ? null : true
  for (const { path, file } of originals) asPublished &&= await hasChecksum(path, file, work)
  return {
    name: set.name,
    title: set.title,
    place,
    asPublished,
    inputShape,
    classes,
    train: summary(splits.train, inputShape, classes),
    test: summary(splits.test, inputShape, classes),
  }
}

function summary({ images, labels }: Split, inputShape: readonly number[], classes: number): SplitCheck {
  const counts = new Uint32Array(classes)
  for (const label of labels) counts[label]!++
  const all = pixelStatistics(images, inputShape, 'scalar')
  const channel = pixelStatistics(images, inputShape, 'channel')
  return {
    images: labels.length,
    perClass: [Math.min(...counts), Math.max(...counts)],
    mean: all.mean[0]!,
    deviation: all.deviation[0]!,
    channels: [...channel.mean].map((mean, c) => ({ mean, deviation: channel.deviation[c]! })),
  }
}
