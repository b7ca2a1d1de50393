import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { loadData } from '../../src/data/load-data.js'
import { emnist } from '../../src/data/mnist/emnist.js'
import { mnist } from '../../src/data/mnist/mnist.js'
import { permutation } from '../../src/random.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { idx, images, writeMnist } from './idx-file.js'
import { writeFile } from './image-files.js'

const counts = (labels: Int32Array) =>
  Array.from({ length: 10 }, (_, label) => labels.filter((l) => l === label).length)

describe('MNIST', () => {
  test('has 60,000 and 10,000 images with the known labels and pixel statistics', async () => {
    const { inputShape, classes, mean, deviation, train, test } = await loadData(mnist(), 1)
    expect({ inputShape, classes }).toEqual({ inputShape: [1, 28, 28], classes: 10 })
    expect([...train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9])
    expect([...test.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4])
    expect(train.images).toHaveLength(60_000 * 784)
    expect(test.images).toHaveLength(10_000 * 784)
    expect(counts(train.labels)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    expect(mean).toHaveLength(1)
    expect(mean[0]).toBeCloseTo(33.318, 3)
    expect(deviation[0]).toBeCloseTo(78.567, 3)
  })
})

describe('a subset', () => {
  test('has as many images of each class as asked for, and the statistics of all', async () => {
    const all = await loadData(mnist(), 1)
    const subset = await loadData(mnist({ perClass: 1000 }), 1)
    expect(counts(subset.train.labels)).toEqual(Array<number>(10).fill(1000))
    expect(subset.test.labels).toHaveLength(10_000)
    expect([subset.mean, subset.deviation]).toEqual([all.mean, all.deviation])
  })

  test('holds the first of each class in the permutation of stream 0, in the order of the file', async () => {
    const all = await loadData(mnist(), 5)
    const { train } = await loadData(mnist({ perClass: 3 }), 5)
    const order = [...permutation(60_000, 5, 0)]
    const wanted = Array.from({ length: 10 }, (_, label) =>
      order.filter((i) => all.train.labels[i] === label).slice(0, 3),
    )
    const indices = wanted.flat().sort((a, b) => a - b)
    expect([...train.labels]).toEqual(indices.map((i) => all.train.labels[i]))
    const pixels = indices.map((i) => Buffer.from(all.train.images.subarray(i * 784, (i + 1) * 784)))
    expect(Buffer.from(train.images).equals(Buffer.concat(pixels))).toBe(true)
  })

  test('follows from the seed', async () => {
    const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => loadData(mnist({ perClass: 10 }), seed)))
    expect(again!.train).toEqual(first!.train)
    expect(other!.train.images).not.toEqual(first!.train.images)
  })

  test('cannot have more images than a class has', async () => {
    expect(await failure(() => loadData(mnist({ perClass: 5850 }), 1))).toBe(
      'INVALID_CONFIG: data.perClass is 5850; expected at most 5421: class 4 has 5842, class 5 has 5421 training images',
    )
  })
})

describe('a folder of IDX files', () => {
  const labels = [0, 1, 2, 3]
  const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1']

  function folderOf(write: (folder: string) => void = () => undefined) {
    const folder = temporaryFolder()
    writeMnist(folder, labels)
    write(folder)
    return { folder, load: () => loadData(mnist({ folder }), 1) }
  }

  test('is read, and its own mean and deviation are taken', async () => {
    const { train, test, mean, deviation } = await folderOf().load()
    expect([...train.labels]).toEqual(labels)
    expect([...test.labels]).toEqual([7])
    expect([...mean]).toEqual([1.5]) // of pixels that are 0, 1, 2 and 3
    expect(deviation[0]).toBeCloseTo(Math.sqrt(1.25), 15)
  })

  test('may hold them packed and with a dot in their names', async () => {
    const plain = await folderOf().load()
    const packed = folderOf((folder) => {
      for (const name of names) {
        writeFileSync(join(folder, `${name}-ubyte.gz`), gzipSync(readFileSync(join(folder, `${name}-ubyte`))))
        rmSync(join(folder, `${name}-ubyte`))
      }
    })
    const dotted = folderOf((folder) => {
      for (const name of names)
        renameSync(join(folder, `${name}-ubyte`), join(folder, `${name.replace(/-idx/, '.idx')}-ubyte`))
    })
    expect((await packed.load()).train).toEqual(plain.train)
    expect((await dotted.load()).train).toEqual(plain.train)
  })

  test.each(names)('without %s is named, with the file', async (name) => {
    const { folder, load } = folderOf((folder) => rmSync(join(folder, `${name}-ubyte`)))
    const message = await failure(load)
    expect(message).toContain(`MISSING_FILE: ${folder} does not hold ${name}-ubyte; expected the four IDX files`)
  })

  test('that does not exist', async () => {
    expect(await failure(() => loadData(mnist({ folder: 'no/such' }), 1))).toContain(
      'MISSING_FILE: no/such does not hold',
    )
  })

  test('with images and labels exchanged', async () => {
    const { folder, load } = folderOf((folder) => {
      writeFileSync(join(folder, 'train-images-idx3-ubyte'), idx([4], labels))
    })
    expect(await failure(load)).toBe(
      `INVALID_FILE: ${folder}/train-images-idx3-ubyte: byte 0: found magic number 0x00000801 (labels); expected 0x00000803 (images)`,
    )
  })

  test('with fewer labels than images', async () => {
    const { folder, load } = folderOf((folder) => {
      writeFileSync(join(folder, 'train-labels-idx1-ubyte'), idx([3], [0, 1, 2]))
    })
    expect(await failure(load)).toBe(
      `INVALID_FILE: ${folder}/train-labels-idx1-ubyte: byte 4: found 3 labels; expected 4, one for each image in ${folder}/train-images-idx3-ubyte`,
    )
  })

  test('with a label out of range', async () => {
    const { folder, load } = folderOf((folder) => {
      writeFileSync(join(folder, 'train-labels-idx1-ubyte'), idx([4], [0, 1, 10, 3]))
    })
    expect(await failure(load)).toBe(
      `INVALID_FILE: ${folder}/train-labels-idx1-ubyte: byte 10: found label 10; expected 0 … 9; the data of type emnist read the letters of EMNIST`,
    )
  })

  test('without images, or with nothing to see on them', async () => {
    const empty = folderOf((folder) => writeMnist(folder, []))
    expect(await failure(empty.load)).toContain('train-images-idx3-ubyte: byte 4: found 0 images')
    const blank = folderOf((folder) => {
      writeFileSync(join(folder, 'train-images-idx3-ubyte'), images(4).fill(9, 16))
    })
    expect(await failure(blank.load)).toContain('all training pixels are 9; expected images')
  })
})

describe('QMNIST', () => {
  const qmnistLabels = (labels: readonly number[]) =>
    idx(
      [labels.length, 8],
      labels.flatMap((label) => [label, 4, 2 ** 20, 7, 0, 0, 0, -1]),
      'int',
    )

  function folderOf(labels: readonly number[]): string {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'qmnist-train-images-idx3-ubyte'), images(labels.length))
    writeFileSync(join(folder, 'qmnist-train-labels-idx2-int.gz'), gzipSync(qmnistLabels(labels)))
    writeFileSync(join(folder, 'qmnist-test-images-idx3-ubyte.gz'), gzipSync(images(2)))
    writeFileSync(join(folder, 'qmnist-test-labels-idx2-int'), qmnistLabels([9, 0]))
    return folder
  }

  test('is read in place of MNIST, with the first of eight numbers as the label', async () => {
    const { train, test, classes } = await loadData(mnist({ folder: folderOf([3, 1, 4]) }), 1)
    expect({ train: [...train.labels], test: [...test.labels], classes }).toEqual({
      train: [3, 1, 4],
      test: [9, 0],
      classes: 10,
    })
    expect(train.images).toHaveLength(3 * 784)
  })

  test('with a label out of range, or without a file, names it', async () => {
    const folder = folderOf([3, 1, 2 ** 30])
    expect(await failure(() => loadData(mnist({ folder }), 1))).toContain(
      `INVALID_FILE: ${folder}/qmnist-train-labels-idx2-int.gz: byte 76: found label 1073741824; expected 0 … 9`,
    )
    rmSync(join(folder, 'qmnist-test-labels-idx2-int'))
    expect(await failure(() => loadData(mnist({ folder }), 1))).toContain(
      `MISSING_FILE: ${folder} does not hold qmnist-test-labels-idx2-int`,
    )
  })
})

describe('EMNIST', () => {
  function write(folder: string, split: string, labels: readonly number[]): void {
    for (const part of ['train', 'test']) {
      writeFile(join(folder, `emnist-${split}-${part}-images-idx3-ubyte.gz`), gzipSync(images(labels.length)))
      writeFile(join(folder, `emnist-${split}-${part}-labels-idx1-ubyte.gz`), gzipSync(idx([labels.length], labels)))
    }
  }

  test.each([
    ['letters', 26, 1],
    ['balanced', 47, 0],
    ['byclass', 62, 0],
    ['digits', 10, 0],
  ] as const)('has the split %s of %i classes, whose labels begin at %i', async (split, classes, first) => {
    const folder = temporaryFolder()
    const last = first + classes - 1
    write(folder, split, [first, last, first + 1])
    const data = await loadData(emnist({ folder, split }), 1)
    expect(data.classes).toBe(classes)
    for (const { labels } of [data.train, data.test]) expect([...labels]).toEqual([0, classes - 1, 1])
    for (const wrong of [first - 1, last + 1].filter((label) => label >= 0)) {
      write(folder, split, [first, wrong])
      expect(await failure(() => loadData(emnist({ folder, split }), 1))).toContain(
        `byte 9: found label ${wrong}; expected ${first} … ${last}`,
      )
    }
  })

  test('may be in a folder gzip/, as its archive has it, with other splits beside', async () => {
    const folder = temporaryFolder()
    write(join(folder, 'gzip'), 'letters', [1, 2])
    write(join(folder, 'gzip'), 'digits', [0, 1, 2])
    expect((await loadData(emnist({ folder, split: 'digits' }), 1)).train.labels).toHaveLength(3)
    expect(await failure(() => loadData(emnist({ folder, split: 'bymerge' }), 1))).toBe(
      `MISSING_FILE: ${folder}/gzip does not hold emnist-bymerge-train-images-idx3-ubyte; expected the four files of this split, gzip (.gz) or not, from gzip.zip of https://www.nist.gov/itl/products-and-services/emnist-dataset`,
    )
  })
})
