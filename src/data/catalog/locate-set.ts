import { basename, dirname } from 'node:path'
import { locateCifar } from '../cifar/cifar.js'
import type { DataConfig } from '../data.js'
import { locateMnist } from '../mnist/mnist.js'
import type { PublishedFile, PublishedSet } from './published-sets.js'
import { locateTinyImageNet } from '../images/tiny-imagenet.js'

/** Where a data set lies. */
export interface SetPlace {
  /** Its folder, or the archive that it is read from. */
  place: string
  /** What it is read from; a folder stands for all in it. */
  files: string[]
  /** Those of its files that have the names of published ones. */
  originals: { path: string; file: PublishedFile }[]
}

/**
 * Looks for a data set where a training with the defaults would.
 *
 * @throws {LayerRotationError} MISSING_FILE where it or a file of it is not there; INVALID_FILE for a file of wrong length
 */
export async function locateSet({ config, files: published }: PublishedSet): Promise<SetPlace> {
  const files = await locate(config)
  const [first] = files
  const place = files.length === 1 ? first! : dirname(first!)
  const originals = files.flatMap((path) => {
    const file = published.find(({ name }) => name === basename(path))
    return file === undefined ? [] : [{ path, file }]
  })
  return { place, files, originals }
}

async function locate(config: DataConfig): Promise<string[]> {
  switch (config.type) {
    case 'mnist':
    case 'fashionMnist':
      return locateMnist(config)
    case 'cifar10':
    case 'cifar100':
      return locateCifar(config)
    case 'tinyImageNet':
      return [locateTinyImageNet(config)]
    case 'imageFolder':
    case 'synthetic':
      throw new TypeError(`no published data set is of type ${config.type}`)
  }
}
