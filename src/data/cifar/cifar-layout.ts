/** How a CIFAR data set is published: https://www.cs.toronto.edu/~kriz/cifar.html, "binary version". */
export interface CifarLayout {
  title: string
  /** On the command line. */
  name: string
  /** Folder in the archive. */
  folder: string
  archive: string
  /** Label bytes before the pixels of a record: the number of classes of each, and its name where there are several. */
  labels: readonly { name: string; classes: number }[]
  train: readonly CifarFile[]
  test: readonly CifarFile[]
}

export interface CifarFile {
  name: string
  records: number
}

/** Bytes of an image: 32 × 32 red ones, then green, then blue. */
export const imageBytes = 3 * 32 * 32

export const recordBytes = ({ labels }: CifarLayout): number => labels.length + imageBytes

export const cifar10Layout: CifarLayout = {
  title: 'CIFAR-10',
  name: 'cifar-10',
  folder: 'cifar-10-batches-bin',
  archive: 'cifar-10-binary.tar.gz',
  labels: [{ name: 'label', classes: 10 }],
  train: [1, 2, 3, 4, 5].map((batch) => ({ name: `data_batch_${batch}.bin`, records: 10_000 })),
  test: [{ name: 'test_batch.bin', records: 10_000 }],
}

export const cifar100Layout: CifarLayout = {
  title: 'CIFAR-100',
  name: 'cifar-100',
  folder: 'cifar-100-binary',
  archive: 'cifar-100-binary.tar.gz',
  labels: [
    { name: 'coarse label', classes: 20 },
    { name: 'fine label', classes: 100 },
  ],
  train: [{ name: 'train.bin', records: 50_000 }],
  test: [{ name: 'test.bin', records: 10_000 }],
}
