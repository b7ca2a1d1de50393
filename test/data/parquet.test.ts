import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { constant, dataset, experiment, mlp, sgd, train, type DatasetConfig } from '../../src/index.js'
import { fingerprint } from '../../src/data/fingerprint.js'
import { loadData } from '../../src/data/load-data.js'
import { encodeNpy } from '../../src/files/npy.js'
import { failure } from '../support/failure.js'
import { pythonPrograms } from '../support/python-packages.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { image } from './image-files.js'

const programs = pythonPrograms(['pyarrow==25.0.1', 'pandas==3.0.6', 'numpy==2.4.6'])
const [height, width, channels] = [6, 5, 3]
const counts = { train: 9, test: 4 }
const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const pixel = (i: number) => (i * 37 + (i >> 3)) % 256

beforeAll(async () => {
  if (programs === undefined) return
  for (const [split, n] of Object.entries(counts)) {
    const size = height * width * channels
    const pixels = Uint8Array.from({ length: n * size }, (_, i) => pixel(i))
    const labels = Int32Array.from({ length: n }, (_, i) => i % 3)
    writeFileSync(join(folder, `${split}.npy`), Buffer.concat(encodeNpy(pixels, [n, height, width, channels])))
    writeFileSync(join(folder, `${split}-labels.npy`), Buffer.concat(encodeNpy(labels, [n])))
    for (let i = 0; i < n; i++) {
      const png = await image(Buffer.from(pixels.subarray(i * size, (i + 1) * size)), height, width, 3)
        .png()
        .toBuffer()
      writeFileSync(join(folder, `${split}-${i}.png`), png)
    }
  }
  const script = fileURLToPath(new URL('write_parquet.py', import.meta.url))
  const { status, stderr } = spawnSync(join(programs, 'python'), [script, folder], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}, 120_000)

const file = (name: string, split = 'train') => join(folder, `${split}-${name}.parquet`)
const arrays = (): DatasetConfig => {
  const split = (name: string) => ({ images: join(folder, `${name}.npy`), labels: join(folder, `${name}-labels.npy`) })
  return dataset({ train: split('train'), test: split('test') })
}
/** A data set in the Parquet files of a name, whose columns have usual names. */
const table = (name: string, options: object = {}): DatasetConfig =>
  dataset({ train: { images: file(name) }, test: { images: file(name, 'test') }, ...options })
const load = (config: DatasetConfig) => loadData(config, 1)

describe.skipIf(programs === undefined)('Parquet files by pyarrow and pandas', () => {
  const named = (name: string, options: object, [pixels, label] = ['pixels', 'class']) => {
    const split = (one: string) => ({ images: `${file(name, one)}/${pixels}`, labels: `${file(name, one)}/${label}` })
    return dataset({ train: split('train'), test: split('test'), ...options })
  }
  const shape = [channels, height, width]
  test.each<[string, () => DatasetConfig]>([
    ['lists in lists, channels last', () => table('nested')],
    ['lists in lists, channels first, without compression or dictionary', () => table('planes')],
    ['flat lists of fixed size, by column names, in pages of the second version', () => named('flat', { shape })],
    ['flat lists, channels last', () => table('flat-last', { shape, layout: 'nhwc' })],
    ["lists of pandas' rows", () => table('pandas', { shape })],
    ['columns whose names have slashes', () => named('slashes', {}, ['camera/left', 'kind/of/leaf'])],
    ['encoded images', () => table('encoded')],
    ["encoded images in Hugging Face's structure", () => table('huggingface')],
  ])('hold the pixels and labels of the same .npy files: %s', async (_, make) => {
    const config = make()
    expect([config.shape, config.classes]).toEqual([shape, 3])
    const [expected, found] = [await load(arrays()), await load(config)]
    expect(found.train).toEqual(expected.train)
    expect(await fingerprint(found, new Map())).toBe(await fingerprint(expected, new Map()))
  })

  test('hold float32', async () => {
    const [bytes, found] = [await load(arrays()), await load(table('floats'))]
    expect(found.train.images).toEqual(Float32Array.from(bytes.train.images, (byte) => Math.fround(byte) / 255))
    expect(found.test.labels).toEqual(bytes.test.labels)
  })

  test('of Hugging Face name the classes', () => {
    expect(table('huggingface').classNames).toEqual(['oak', 'elm', 'ash'])
    expect(table('huggingface', { classNames: ['a', 'b', 'c'] }).classNames).toEqual(['a', 'b', 'c'])
    expect(table('nested').classNames).toBeNull()
  })

  test('train to the same bits', async () => {
    const results = []
    for (const data of [arrays(), table('huggingface'), table('nested')]) {
      const config = experiment({
        name: 'parquet',
        data,
        model: mlp({ hidden: [4], classes: 3 }),
        optimizer: sgd(),
        learningRate: constant(0.1),
        epochs: 2,
        batchSize: 3,
        seed: 5,
        device: 'cpu',
      })
      const { folder: run } = await train(config, { folder: join(temporaryFolder(), 'run') })
      results.push(readFileSync(join(run, 'layers.csv'), 'utf8'))
    }
    expect(results[1]).toBe(results[0])
    expect(results[2]).toBe(results[0])
  })

  test.each<[string, () => DatasetConfig, string]>([
    [
      'integers',
      () => table('integers'),
      'its column image holds lists of lists of lists of int64; expected lists of uint8',
    ],
    ['doubles', () => table('doubles'), 'its column image holds lists of lists of lists of double'],
    [
      'ragged',
      () => table('ragged', { shape, classes: 3 }),
      'its row 2 has a list of another length than the first row, 90',
    ],
    ['null', () => table('null', { shape, classes: 3 }), 'its column image holds nulls or empty lists'],
    ['lz4', () => table('lz4'), 'it is compressed with LZ4'],
    ['text', () => table('text'), 'its column label holds string; expected integers, a label for each image'],
    ['delta', () => table('delta'), 'label is encoded as DELTA_BINARY_PACKED; expected plain values or a dictionary'],
    ['a flat list without a shape', () => table('pandas'), 'has images of 90 pixels in flat lists; set data.shape to'],
    [
      'another shape',
      () => table('pandas', { shape: [1, 28, 28] }),
      'has images of 90 pixels; expected 784, as data.shape',
    ],
    [
      'another size',
      () => table('encoded', { shape: [3, 4, 4], classes: 3 }),
      'image 0: found an image of 5 × 6 pixels; expected 4 × 4',
    ],
    [
      'no usual name',
      () => table('flat'),
      'it has no column image, img, images; name that of the images behind the file',
    ],
    ['two columns of a name', () => table('twice'), 'it has 2 columns label; expected names that differ'],
    ['labels of uint32', () => table('uint32'), 'has the label 4294967295 for image 0; expected 0'],
    ['labels of uint64', () => table('uint64'), 'has the label 18446744073709552000 for image 0; expected 0'],
    [
      'a column that is not there',
      () => dataset({ train: { images: `${file('nested')}/x` }, test: { images: file('nested') } }),
      'it has no column x; expected one of image, label',
    ],
  ])('that cannot be used get one error: %s', async (_, make, message) => {
    expect(await failure(async () => load(make()))).toContain(message)
  })

  test('that were cut short anywhere, or changed, get one error', async () => {
    for (const name of ['nested', 'huggingface', 'flat']) {
      const whole = readFileSync(file(name))
      const place = join(temporaryFolder(), 'cut.parquet')
      const config = (): DatasetConfig => {
        const columns = name === 'flat' ? { images: `${place}/pixels`, labels: `${place}/class` } : { images: place }
        return dataset({ train: columns, test: columns, shape: [channels, height, width], classes: 3 })
      }
      for (const cut of [0, 3, 11, 100, whole.length / 2, whole.length - 9, whole.length - 1]) {
        writeFileSync(place, whole.subarray(0, cut))
        expect(await failure(async () => load(config()))).toMatch(
          /^INVALID_FILE: .*cut\.parquet cannot be read as a Parquet file: /,
        )
      }
    }
    const missing = { images: join(folder, 'none.parquet') }
    expect(await failure(() => dataset({ train: missing, test: missing }))).toContain('MISSING_FILE')
  })
})

test('a .npy file needs labels beside it', () => {
  expect(() =>
    dataset({ train: { images: 'a.npy' }, test: { images: 'b.npy' }, shape: [1, 2, 2], classes: 2 }),
  ).toThrow('labels is missing; expected it, as only a Parquet file has labels beside its images')
})
