import { dataSets, type ImagesConfig } from '../data.js'
import { typeOf } from '../../validation/constructor.js'
import type { DataSet, Publication } from '../data-set.js'
import type { SetName } from './set-names.js'

/** A published data set with all that `layer-rotation data` needs. */
export interface PublishedSet extends Omit<Publication<ImagesConfig>, 'locate'> {
  /** The config with all defaults: it reads the data set from the place where `data get` puts it. */
  config: ImagesConfig
  images: { train: number; test: number }
  /** Finds the files that a training with the defaults would read. */
  locate(): string[] | Promise<string[]>
}

/** The published data sets by their names on the command line. */
export const publishedSets = Object.fromEntries(
  (Object.values(dataSets) as DataSet[]).flatMap((dataSet) => {
    const { schema, published } = dataSet
    if (published === undefined) return []
    const config = schema.parse({ type: typeOf(schema) })
    const set = { ...published, config, images: dataSet.images(config), locate: () => published.locate(config) }
    return [[published.name, set]]
  }),
) as unknown as Readonly<Record<SetName, PublishedSet>>
