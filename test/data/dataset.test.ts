import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import {
  constant,
  dataset,
  evaluate,
  experiment,
  loadExperiment,
  network,
  conv,
  dense,
  flatten,
  relu,
  resume,
  sgd,
  train,
  type DatasetConfig,
} from '../../src/index.js'
import { loadData } from '../../src/data/load-data.js'
import { pixelStatistics } from '../../src/data/pixel-statistics.js'
import { validateExperiment } from '../../src/experiment/experiment.js'
import { imageShape } from '../../src/data/arrays/image-array.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { zip } from './zip-file.js'

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
  vi.stubEnv('LAYER_ROTATION_DATA', join(folder, 'data'))
})

/** A file as numpy.save writes it. */
function npy(type: string, shape: readonly number[], data: NodeJS.TypedArray, isFortran = false): Buffer {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`
  const dict = `{'descr': '${type}', 'fortran_order': ${isFortran ? 'True' : 'False'}, 'shape': ${tuple}, }`
  const length = Math.ceil((10 + dict.length + 1) / 64) * 64 - 10
  const head = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1')
  head.writeUInt16LE(length, 8)
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  return Buffer.concat([head, Buffer.from(`${dict.padEnd(length - 1)}\n`), bytes])
}

const write = (name: string, content: Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const counting = (length: number) => Uint8Array.from({ length }, (_, i) => (7 * i) % 251)
const classesOf = (images: number, classes = 3) => Int32Array.from({ length: images }, (_, i) => i % classes)

interface WrittenOptions {
  type?: string
  data?: (length: number) => NodeJS.TypedArray
  labels?: (images: number) => NodeJS.TypedArray
  labelType?: string
}

/** A data set whose images have this shape in the files, six that train and three that test. */
function written(
  shape: readonly number[],
  { type = '|u1', data = counting, labels = classesOf, labelType = '<i4' }: WrittenOptions = {},
) {
  const split = (name: string, images: number) => ({
    images: write(`${name}.npy`, npy(type, [images, ...shape], data(images * shape.reduce((a, b) => a * b, 1)))),
    labels: write(`${name}-labels.npy`, npy(labelType, [images], labels(images))),
  })
  return { train: split('train', 6), test: split('test', 3) }
}

const load = (config: DatasetConfig) => loadData(config, 1)

describe('arrays in .npy files', () => {
  test.each<[number[], string | undefined, [number, number, number]]>([
    [[5, 7], undefined, [1, 5, 7]],
    [[5, 7, 1], undefined, [1, 5, 7]],
    [[5, 7, 3], undefined, [3, 5, 7]],
    [[2, 5, 7], undefined, [2, 5, 7]],
    [[5, 7, 4], undefined, [4, 5, 7]],
    [[12, 5, 7], 'nchw', [12, 5, 7]],
    [[5, 7, 12], 'nhwc', [12, 5, 7]],
  ])('of shape [n, %j] with layout %s have images of %j', async (shape, layout, expected) => {
    const config = dataset({ ...written(shape), layout: layout as never })
    expect([config.shape, config.classes]).toEqual([expected, 3])
    const { train, test: tested, inputShape, classes } = await load(config)
    expect([inputShape, classes, [...train.labels], [...tested.labels]]).toEqual([
      expected,
      3,
      [0, 1, 2, 0, 1, 2],
      [0, 1, 2],
    ])
    const [channels, height, width] = expected
    const isLast = layout === 'nhwc' || (layout === undefined && shape.length === 3 && shape[2]! <= 4)
    const pixel = (n: number, c: number, y: number, x: number) => {
      const place = isLast
        ? ((n * height + y) * width + x) * channels + c
        : ((n * channels + c) * height + y) * width + x
      return (7 * place) % 251
    }
    const all = Array.from({ length: 6 * channels * height * width }, (_, i) =>
      pixel(
        Math.floor(i / (channels * height * width)),
        Math.floor(i / (height * width)) % channels,
        Math.floor(i / width) % height,
        i % width,
      ),
    )
    expect([...train.images]).toEqual(all)
  })

  test('of float32 stay such, with their own mean and deviation', async () => {
    const values = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i) * 1e-3 + 5)
    const { train, mean, deviation } = await load(dataset(written([2, 5, 7], { type: '<f4', data: values })))
    expect(train.images).toEqual(values(6 * 70))
    const exact = [...values(6 * 70)]
    const average = exact.reduce((a, b) => a + b, 0) / exact.length
    expect(mean[0]).toBeCloseTo(average, 12)
    expect(deviation[0]).toBeCloseTo(
      Math.sqrt(exact.reduce((sum, x) => sum + (x - average) ** 2, 0) / exact.length),
      12,
    )
  })

  test('of float32 have, by channel, the statistics of the same bytes', () => {
    const bytes = counting(4 * 3 * 20)
    for (const normalization of ['scalar', 'channel'] as const) {
      const [exact, found] = [bytes, Float32Array.from(bytes)].map((images) =>
        pixelStatistics(images, [3, 4, 5], normalization),
      )
      for (const key of ['mean', 'deviation'] as const) {
        for (const [i, value] of exact![key].entries()) expect(found![key][i]).toBeCloseTo(value, 10)
      }
    }
  })

  test.each([
    ['|u1', Uint8Array],
    ['|i1', Int8Array],
    ['<u2', Uint16Array],
    ['<i8', BigInt64Array],
    ['<u8', BigUint64Array],
  ] as const)('have labels of %s', async (labelType, Labels) => {
    const labels = (n: number) =>
      (Labels as typeof Uint8Array).from(
        [...classesOf(n)].map((x) => (labelType.endsWith('8') ? BigInt(x) : x)) as never,
      )
    const { train } = await load(dataset(written([5, 7], { labels, labelType })))
    expect([...train.labels]).toEqual([0, 1, 2, 0, 1, 2])
  })

  test('are found by a file of YAML, whose keys the files complete', async () => {
    const paths = written([5, 7, 3], { labels: (images) => Int32Array.from({ length: images }, (_, i) => 9 - i) })
    const yaml = [
      'name: mine',
      `data: {type: dataset, train: ${JSON.stringify(paths.train)}, test: ${JSON.stringify(paths.test)}}`,
      'model: {type: mlp, hidden: [4]}',
      'optimizer: {type: sgd}',
      'learningRate: {type: constant, initial: 0.1}',
      'epochs: 1',
      'batchSize: 2',
    ]
    const config = await loadExperiment(write('mine.yaml', Buffer.from(yaml.join('\n'))))
    expect(config.data).toMatchObject({ shape: [3, 5, 7], classes: 10, layout: null })
    expect(experiment({ ...config, data: { type: 'dataset', ...paths } })).toEqual(config)
    // The config of a run has all keys, and no path in it is looked at.
    const bare = { ...config, data: { type: 'dataset', ...paths } }
    expect(await failure(() => validateExperiment(bare, 'config.json', 'INVALID_FILE'))).toContain('shape is missing')
  })
})

describe('arrays in .npz files', () => {
  test('are named behind a slash, compressed or not', async () => {
    const { train, test: tested } = {
      train: npy('|u1', [6, 5, 7], counting(210)),
      test: npy('|u1', [3, 5, 7], counting(105)),
    }
    const members = [
      { name: 'x_train.npy', content: train },
      { name: 'y_train.npy', content: npy('<i8', [6, 1], BigInt64Array.from([0n, 1n, 0n, 1n, 0n, 1n])) },
      { name: 'x_test.npy', content: tested },
      { name: 'y_test.npy', content: npy('<i8', [3], BigInt64Array.from([1n, 0n, 1n])) },
    ]
    for (const isStored of [false, true]) {
      const file = write('all.npz', Buffer.from(zip(members.map((member) => ({ ...member, isStored })))))
      const split = (name: string) => ({ images: `${file}/x_${name}`, labels: `${file}/y_${name}` })
      const given = { train: split('train'), test: split('test') }
      const found = await load(dataset({ ...given, shape: [1, 5, 7], classes: 2 }))
      expect([...found.train.images]).toEqual([...counting(210)])
      expect([...found.test.labels]).toEqual([1, 0, 1])
      expect(await failure(() => dataset({ ...given, classes: 2 }))).toBe(
        `INVALID_CONFIG: data: shape=[channels, height, width] is missing; expected it, because it is read from .npy and Parquet files alone, not from ${file}/x_train`,
      )
      const other = { ...given, train: { ...given.train, images: `${file}/images` } }
      expect(await failure(() => load(dataset({ ...other, shape: [1, 5, 7], classes: 2 })))).toBe(
        `INVALID_FILE: ${file} cannot be read as a .npz file: it has no array images; expected x_train, y_train, x_test, y_test`,
      )
    }
  })
})

describe('arrays in memory', () => {
  const given = () => ({
    train: { images: counting(6 * 4 * 30), labels: [0, 1, 2, 0, 1, 2] },
    test: { images: counting(3 * 4 * 30), labels: Uint8Array.of(0, 1, 2) },
    shape: [4, 5, 6] as const,
  })

  test('are kept once, by their content', async () => {
    const config = dataset(given())
    expect(config).toMatchObject({ shape: [4, 5, 6], classes: 3, layout: 'nchw' })
    expect(dataset(given())).toEqual(config)
    expect(readdirSync(join(folder, 'data/arrays')).sort()).toHaveLength(4)
    const { mtimeMs } = statSync(config.train.images)
    dataset(given())
    expect(statSync(config.train.images).mtimeMs).toBe(mtimeMs)
    const { train } = await load(config)
    expect(train.images).toEqual(given().train.images)
    const other = given()
    other.train.images[0] = 99
    expect(dataset(other).train.images).not.toBe(config.train.images)
    expect(dataset(other).train.labels).toBe(config.train.labels)
  })

  test.each<[string, (arrays: ReturnType<typeof given>) => unknown, string]>([
    [
      'labels that are too few',
      (a) => ({ ...a, train: { ...a.train, labels: [0, 1] } }),
      'train.labels has 2 labels; expected 6, one for each image',
    ],
    [
      'a label beyond the classes',
      (a) => ({ ...a, classes: 2 }),
      'train.labels has 2 for image 2; expected a whole number, 0 … 1',
    ],
    [
      'a label that is a fraction',
      (a) => ({ ...a, test: { ...a.test, labels: [0, 0.5, 1] } }),
      'test.labels has 0.5 for image 1; expected a whole number',
    ],
    ['no shape', ({ shape: _, ...a }) => a, 'shape is missing or wrong; expected [channels, height, width]'],
    ['another shape', (a) => ({ ...a, shape: [3, 5, 7] }), 'train.images has 720 values; expected a multiple of 105'],
    ['another layout', (a) => ({ ...a, layout: 'nhwc' }), 'layout is "nhwc"; expected none, as arrays in memory are'],
    ['two types', (a) => ({ ...a, test: { ...a.test, images: new Float32Array(360) } }), 'differ in type'],
    [
      'NaN',
      (a) => ({
        ...a,
        train: { ...a.train, images: new Float32Array(720).fill(NaN, 130) },
        test: { ...a.test, images: new Float32Array(360) },
      }),
      'train.images has NaN in image 1; expected finite numbers',
    ],
    ['files beside', (a) => ({ ...a, test: { images: 'a.npy', labels: 'b.npy' } }), 'differ in type'],
    ['an unknown key', (a) => ({ ...a, clases: 3 }), 'unknown key "clases"; did you mean "classes"?'],
    ['too few names', (a) => ({ ...a, classNames: ['a'] }), 'found 1 names; expected 3, one for each class'],
  ])('with %s are refused before anything is written', async (_, change, message) => {
    expect(await failure(() => dataset(change(given()) as never))).toContain(message)
    expect(() => statSync(join(folder, 'data'))).toThrow('ENOENT')
  })
})

describe('arrays that cannot be used', () => {
  const config = (paths: Pick<DatasetConfig, 'train' | 'test'>) => dataset({ ...paths, shape: [1, 5, 7], classes: 3 })
  const image = (content: Buffer) => () => {
    const paths = written([5, 7])
    return config({ ...paths, train: { ...paths.train, images: write('bad.npy', content) } })
  }
  const label = (content: Buffer) => () => {
    const paths = written([5, 7])
    return config({ ...paths, train: { ...paths.train, labels: write('bad.npy', content) } })
  }

  test.each<[string, () => DatasetConfig, string]>([
    ['objects', image(npy('|O', [6, 5, 7], counting(8))), 'holds Python objects, which are never unpickled'],
    [
      'big-endian numbers',
      image(npy('>f4', [6, 5, 7], counting(840))),
      'holds big-endian elements of >f4; expected uint8 or float32, little-endian',
    ],
    ['fp64 images', image(npy('<f8', [6, 5, 7], counting(1680))), 'holds elements of <f8; expected uint8 or float32'],
    [
      'Fortran order',
      image(npy('|u1', [6, 5, 7], counting(210), true)),
      'is in Fortran order; save numpy.ascontiguousarray of it',
    ],
    [
      'missing bytes',
      image(npy('|u1', [6, 5, 7], counting(200))),
      'of shape [6, 5, 7] has 200 bytes of elements; expected 210',
    ],
    ['no header', image(Buffer.from('hello')), 'has no valid header of a NumPy array'],
    ['one dimension', image(npy('|u1', [210], counting(210))), 'is of shape [210]; expected [n, height, width]'],
    ['no images', image(npy('|u1', [0, 5, 7], counting(0))), 'expected at least one image'],
    [
      'images of another size',
      image(npy('|u1', [6, 7, 5], counting(210))),
      'has images of 1 × 7 × 5; expected 1 × 5 × 7, channels × height × width, as data.shape says',
    ],
    [
      'NaN',
      image(npy('<f4', [6, 5, 7], new Float32Array(210).fill(NaN, 40))),
      'has NaN in image 1; expected finite numbers',
    ],
    [
      'fp32 beside bytes',
      image(npy('<f4', [6, 5, 7], new Float32Array(210).fill(1, 40))),
      'expected one type for both',
    ],
    ['labels of fractions', label(npy('<f4', [6], new Float32Array(6))), 'holds elements of <f4; expected integers'],
    ['too few labels', label(npy('<i4', [5], new Int32Array(5))), 'has 5 labels; expected 6, one for each image in'],
    [
      'labels of two columns',
      label(npy('<i4', [3, 2], new Int32Array(6))),
      'is of shape [3, 2]; expected [n], a label for each image',
    ],
    [
      'a negative label',
      label(npy('<i4', [6], Int32Array.of(0, -1, 0, 0, 0, 0))),
      'has the label -1 for image 1; expected 0 … 65535',
    ],
    [
      'a label beyond the classes',
      label(npy('<i4', [6], Int32Array.of(0, 3, 0, 0, 0, 0))),
      'has the label 3 for image 1; expected 0 … 2, as data.classes says',
    ],
  ])('%s', async (_, make, message) => {
    expect(await failure(() => load(make()))).toContain(message)
  })

  test('and those whose layout is not evident', async () => {
    expect(await failure(() => dataset(written([4, 5, 3])))).toContain(
      'is of shape [6, 4, 5, 3], of which either end may be the channels; set data.layout to nhwc or nchw',
    )
  })

  test('and those that are not there', async () => {
    const paths = written([5, 7])
    expect(await failure(() => dataset({ ...paths, train: { ...paths.train, images: '/nowhere.npy' } }))).toBe(
      'MISSING_FILE: /nowhere.npy does not exist; expected a .npy file',
    )
    mkdirSync(join(folder, 'folder.npy'))
    expect(
      await failure(() => load(config({ ...paths, test: { ...paths.test, labels: join(folder, 'folder.npy') } }))),
    ).toContain('folder.npy cannot be read: it is not a regular file')
  })
})

test.each([1, 2, 4, 12])(
  'a network trains on images of %i channels, and is resumed and evaluated',
  async (channels) => {
    const values = (length: number, label: (image: number) => number) =>
      Float32Array.from({ length }, (_, i) => Math.cos(i) + 2 * label(Math.floor(i / (channels * 36))))
    const split = (images: number) => {
      const labels = classesOf(images)
      return { images: values(images * channels * 36, (image) => labels[image]!), labels }
    }
    const config = experiment({
      name: 'own',
      data: dataset({ train: split(60), test: split(30), shape: [channels, 6, 6], classNames: ['a', 'b', 'c'] }),
      normalization: 'channel',
      augmentation: { shift: 1, flip: true },
      model: network({
        layers: [
          conv({ name: 'conv0', filters: 6, kernel: 3, padding: 'same' }),
          relu({ name: 'relu' }),
          flatten({ name: 'flatten' }),
          dense({ name: 'dense', units: 3 }),
        ],
      }),
      optimizer: sgd(),
      learningRate: constant(0.05),
      epochs: 4,
      batchSize: 10,
      device: 'cpu',
      threads: 1,
      checkpoint: { everyEpochs: 1 },
    })
    const whole = await train(config, { folder: join(folder, 'whole') })
    expect(whole.metrics.at(-1)!.testAccuracy).toBeGreaterThan(0.8)
    const signal = new AbortController()
    const stopped = train(config, {
      folder: join(folder, 'stopped'),
      signal: signal.signal,
      onEpochEnd: ({ epoch }) => epoch === 2 && signal.abort(),
    })
    await expect(stopped).rejects.toThrow('stopped')
    const resumed = await resume(join(folder, 'stopped'))
    expect(await resumed.weights('last')).toEqual(await whole.weights('last'))
    const { loss, perClass } = await evaluate(whole.folder)
    expect(loss).toBe(whole.metrics.at(-1)!.testLoss)
    expect(perClass!.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  },
)

test('the order of dimensions is the one that gives the images that are wanted, then the evident one', () => {
  const layout = (shape: readonly number[], wanted?: readonly number[]) =>
    imageShape(shape, null, 'x.npy', wanted).layout
  expect(layout([5, 1, 9, 12], [12, 1, 9])).toBe('nhwc')
  expect(layout([5, 12, 9, 1], [12, 9, 1])).toBe('nchw')
  expect(layout([5, 1, 9, 12], [1, 9, 12])).toBe('nchw')
  expect(layout([5, 1, 9, 12], [3, 8, 8])).toBe('nchw')
  expect(layout([5, 1, 9, 12])).toBe('nchw')
  expect(layout([5, 12, 9, 1])).toBe('nhwc')
})
