import { join } from 'node:path'
import { z } from 'zod'
import { LayerRotationError } from '../../errors.js'
import { statIfPresent } from '../../files/stat-if-present.js'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { strictObject } from '../../validation/strict-object.js'
import { dataSet } from '../data-set.js'
import { subsetKey, type SubsetOption } from '../set-keys.js'
import { emnistNames, locateIdxFiles } from './idx-names.js'
import { readIdxSet, type IdxLabels } from './idx-set.js'

const [digits, capitals] = ['0123456789', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
/** The letters that look different if they are small. */
const distinctSmall = 'abdefghnqrt'

/**
 * The classes of each split, whose labels begin at `first`. Those of the letters begin at 1, where a and A are both the first
 * class.
 */
const splits = {
  byclass: labelled(digits + capitals + capitals.toLowerCase()),
  bymerge: labelled(digits + capitals + distinctSmall),
  balanced: labelled(digits + capitals + distinctSmall),
  letters: labelled(capitals, 1),
  digits: labelled(digits),
  mnist: labelled(digits),
} satisfies Record<string, IdxLabels>

function labelled(characters: string, first = 0): IdxLabels & { names: string[] } {
  return { first, classes: characters.length, names: [...characters] }
}

const splitNames = ['byclass', 'bymerge', 'balanced', 'letters', 'digits', 'mnist'] as const

const emnistSchema = strictObject({
  /** The type of the data: EMNIST. */
  type: z.literal('emnist'),
  /** The folder of the IDX files of gzip.zip, gzip (.gz) or not, or the one in which they are in gzip/. */
  folder: z.string().min(1),
  /** The classes: 'byclass', 'bymerge', 'balanced', 'letters', 'digits' or 'mnist', as EMNIST names its splits. */
  split: z.enum(splitNames),
  ...subsetKey,
})

export type EmnistConfig = z.output<typeof emnistSchema>

/**
 * EMNIST: handwritten digits and letters of 28 × 28 pixels, as published: rows and columns are exchanged, as in PyTorch's
 * EMNIST. Classes are numbered from 0, also those of 'letters'.
 *
 *     emnist({ folder: 'data/emnist', split: 'letters' })   // 26 classes
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const emnist: Constructor<typeof emnistSchema, SubsetOption> = constructorOf(emnistSchema)

const source = 'https://www.nist.gov/itl/products-and-services/emnist-dataset'

async function locate({ folder, split }: EmnistConfig): Promise<string[]> {
  const inner = join(folder, 'gzip')
  const place = (await statIfPresent(inner))?.isDirectory() ? inner : folder
  return locateIdxFiles(place, [emnistNames(split)], (name) => {
    const message = `${place} does not hold ${name}; expected the four files of this split, gzip (.gz) or not, from gzip.zip of ${source}`
    return new LayerRotationError('MISSING_FILE', message)
  })
}

export const emnistSet = dataSet({
  schema: emnistSchema,
  shape: ({ split }) => ({ inputShape: [1, 28, 28], classes: splits[split].classes }),
  images: () => undefined,
  text: ({ split }) => `EMNIST, split ${split}`,
  async read(config) {
    const labels = splits[config.split]
    return { ...(await readIdxSet(await locate(config), labels)), classNames: labels.names }
  },
})
