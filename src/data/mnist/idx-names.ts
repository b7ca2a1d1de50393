import { join } from 'node:path'
import { statIfPresent } from '../../files/stat-if-present.js'

/** The names of the four files of a data set: training images and labels, test images and labels. */
type IdxNames = readonly [string, string, string, string]

/** The names that MNIST gave its files, and those of QMNIST, which has its training images and 60,000 test images. */
export const mnistNames: IdxNames = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
]
export const qmnistNames: IdxNames = [
  'qmnist-train-images-idx3-ubyte',
  'qmnist-train-labels-idx2-int',
  'qmnist-test-images-idx3-ubyte',
  'qmnist-test-labels-idx2-int',
]

export const emnistNames = (split: string): IdxNames => [
  `emnist-${split}-train-images-idx3-ubyte`,
  `emnist-${split}-train-labels-idx1-ubyte`,
  `emnist-${split}-test-images-idx3-ubyte`,
  `emnist-${split}-test-labels-idx1-ubyte`,
]

/**
 * Finds the files of a data set.
 *
 * @param namings the names that they may have, one for all four files; the first if none of them is there
 * @param missingFile makes the error for a file that `folder` does not hold, from its published name
 * @returns the paths in the order of the names
 * @throws the error that `missingFile` makes
 */
export async function locateIdxFiles(
  folder: string,
  namings: readonly [IdxNames, ...IdxNames[]],
  missingFile: (name: string) => Error,
): Promise<string[]> {
  const found = await Promise.all(namings.map((names) => Promise.all(names.map((name) => find(folder, name)))))
  const chosen = Math.max(
    0,
    found.findIndex((files) => files.some((file) => file !== undefined)),
  )
  return namings[chosen]!.map((name, i) => found[chosen]![i] ?? fail(missingFile(name)))
}

function fail(error: Error): never {
  throw error
}

/** Finds a file under the name that it was published with or that a packager gave it (`train-images.idx3-ubyte`), packed or not. */
async function find(folder: string, name: string): Promise<string | undefined> {
  const renamed = name.replace(/-(?=idx)/, '.')
  for (const candidate of [name, `${name}.gz`, renamed, `${renamed}.gz`]) {
    const file = join(folder, candidate)
    if ((await statIfPresent(file)) !== undefined) return file
  }
  return undefined
}
