import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, describe, expect, test } from 'vitest'
import {
  constant,
  dataset,
  evaluate,
  experiment,
  loadWeights,
  predict,
  resnet110,
  saveWeights,
  sgd,
  synthetic,
  train,
  writeEvaluation,
  writePrediction,
  type EvaluateOptions,
  type ExperimentInput,
} from '../../src/index.js'
import { rangeNote } from '../../src/evaluation/pixel-range.js'
import { loadData } from '../../src/data/load-data.js'
import { encodeNpy } from '../../src/files/npy.js'
import { readPreprocessing } from '../../src/run/preprocessing.js'
import { image } from '../data/image-files.js'
import { zip } from '../data/zip-file.js'
import { expectSameTensors } from '../baseline/agreement.js'
import { failure } from '../support/failure.js'
import { needsPyTorch, pytorch } from '../support/pytorch/pytorch.js'

needsPyTorch()

const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const input = {
  name: 'evaluated',
  data: synthetic({ shape: [3, 8, 8], classes: 10, train: 300, test: 150 }),
  normalization: 'channel',
  validation: { share: 0.2 },
  model: resnet110({ depth: 8 }),
  optimizer: sgd({ momentum: 0.9 }),
  learningRate: constant(0.02),
  epochs: 3,
  batchSize: 32,
  device: 'cpu',
  threads: 1,
} as const satisfies ExperimentInput

const run = await train(experiment(input), { folder: join(folder, 'run') })
const last = join(run.folder, 'checkpoints/last/model.safetensors')

describe('an evaluation', () => {
  test('has the numbers of the last epoch, bit for bit', async () => {
    const row = run.metrics.at(-1)!
    const tested = await evaluate(run.folder)
    expect([tested.loss, tested.accuracy, tested.top5Accuracy]).toEqual([
      row.testLoss,
      row.testAccuracy,
      row.testTop5Accuracy,
    ])
    const validated = await evaluate(run.folder, { split: 'validation' })
    expect([validated.loss, validated.accuracy, validated.top5Accuracy]).toEqual([
      row.valLoss,
      row.valAccuracy,
      row.valTop5Accuracy,
    ])
  })

  test('has those of the best epoch with the best weights', async () => {
    const { loss, accuracy } = await evaluate(run.folder, { weights: 'best' })
    expect([loss, accuracy]).toEqual([run.best!.testLoss, run.best!.testAccuracy])
  })

  test('gives the logits of PyTorch on the same weights and images', async () => {
    // The probe takes the first training images, and the evaluation those that do not validate.
    const out = join(folder, 'probe.safetensors')
    const config = join(run.folder, 'config.json')
    await pytorch('baseline.probe', [config, '--initial', last, '--out', out, '--batch', '300'])
    const theirs = (await loadWeights(out)).get('evaluation.logits')!
    for (const split of ['train', 'validation'] as const) {
      const { indices, logits } = (await evaluate(run.folder, { split })).predictions!
      const expected = Float32Array.from(logits, (_, i) => theirs.data[10 * indices[Math.floor(i / 10)]! + (i % 10)]!)
      const asTensors = (data: Float32Array) => new Map([['logits', { shape: [data.length], data }]])
      expectSameTensors(asTensors(expected), asTensors(logits), 1e-5)
    }
  })

  test('scores as PyTorch does, image by image and class by class', async () => {
    const found = await evaluate(run.folder)
    const { labels, predicted, probability, losses, indices } = found.predictions!
    const into = await writeEvaluation(found, join(folder, 'scores'), { logits: true })
    const theirs = (await pytorch(
      'test/evaluation/scores.py',
      join(into, 'logits.npy'),
      JSON.stringify([...labels]),
    )) as {
      [key: string]: number[]
    }
    expect(theirs['shape']).toEqual([150, 10])
    expect([...predicted]).toEqual(theirs['predicted'])
    expect([found.accuracy, found.top5Accuracy]).toEqual([theirs['accuracy'], theirs['top5Accuracy']])
    expect(found.loss).toBeCloseTo(Number(theirs['loss']), 6)
    for (const [image, value] of theirs['losses']!.entries()) {
      expect(losses[image]).toBeCloseTo(value, 5)
      expect(probability[image]).toBeCloseTo(theirs['probability']![image]!, 6)
    }
    expect([...indices]).toEqual(Array.from({ length: 150 }, (_, i) => i))
    const of = (label: number, taken: number) =>
      [...labels].filter((one, i) => one === label && predicted[i] === taken).length
    for (const { label, images, accuracy, precision } of found.perClass!) {
      expect(images).toBe(15)
      expect(accuracy).toBe(of(label, label) / 15)
      const taken = predicted.filter((one) => one === label).length
      expect(precision).toBe(taken === 0 ? null : of(label, label) / taken)
    }
    expect([...found.confusion!]).toEqual(Array.from({ length: 100 }, (_, i) => of(Math.floor(i / 10), i % 10)))
    // The loss of the network is the mean of those of its images, and no image is missing in the tables.
    const rows = await parquetReadObjects({ file: bufferOf(join(into, 'predictions.parquet')) })
    expect(rows).toEqual(
      Array.from(labels, (label, i) => ({
        ...{ index: i, label, predicted: predicted[i], probability: probability[i], loss: losses[i] },
      })),
    )
    expect(losses.reduce((sum, loss) => sum + loss, 0) / 150).toBeCloseTo(found.loss, 12)
    const csv = readFileSync(join(into, 'confusion.csv'), 'utf8').trimEnd().split('\n')
    expect(csv[0]).toBe('class,0,1,2,3,4,5,6,7,8,9')
    expect(csv.slice(1).flatMap((line) => line.split(',').slice(1).map(Number))).toEqual([...found.confusion!])
    expect(readFileSync(join(into, 'confusion.svg'), 'utf8')).toContain(
      'aria-label="Confusion matrix of 150 test images',
    )
  })

  test('of bare weights needs their experiment, and then gives the same', async () => {
    const elsewhere = join(folder, 'elsewhere.safetensors')
    cpSync(last, elsewhere)
    expect(await failure(() => evaluate(elsewhere))).toBe(
      `INVALID_CONFIG: ${elsewhere} is not in a run folder; name the experiment of these weights, too`,
    )
    const { loss } = await evaluate(elsewhere, { experiment: run.config })
    expect(loss).toBe(run.metrics.at(-1)!.testLoss)
    expect((await evaluate(last)).loss).toBe(loss)
  })

  test('from another working folder says where the paths of the data begin', async () => {
    const [home, place] = [process.cwd(), join(folder, 'place')]
    mkdirSync(place)
    try {
      process.chdir(place)
      writeFileSync(
        'images.npy',
        Buffer.concat(
          encodeNpy(
            Uint8Array.from({ length: 384 }, (_, i) => i % 251),
            [2, 8, 8, 3],
          ),
        ),
      )
      writeFileSync('labels.npy', Buffer.concat(encodeNpy(Int32Array.of(0, 1), [2])))
      const split = { images: 'images.npy', labels: 'labels.npy' }
      const data = dataset({ train: split, test: split, classes: 10 })
      const own = experiment({ ...input, data, validation: null, epochs: 1, batchSize: 2 })
      const { folder: trained } = await train(own, { folder: join(folder, 'arrays') })
      expect((await evaluate(trained)).examples).toBe(2)
      process.chdir(home)
      expect(await failure(() => evaluate(trained))).toBe(
        `MISSING_FILE: ${join(home, 'images.npy')} does not exist; relative paths of the experiment start at the working folder, which was ${place} when the run started and is ${home} now: start there, or give the data with their absolute paths`,
      )
    } finally {
      process.chdir(home)
    }
  })

  test('of a file takes no other weights', async () => {
    expect(await failure(() => evaluate(last, { weights: 'best' }))).toBe(
      `INVALID_CONFIG: weights is "best", but ${last} is a file of weights itself; expected a run folder, or no weights`,
    )
  })

  test('normalises other images as those of the training were', async () => {
    const { mean, deviation } = await loadData(input.data, 1, 'channel')
    expect(await readPreprocessing(last)).toEqual({ mean: [...mean], deviation: [...deviation], classNames: null })
    // These images have other statistics; those of the training make the first ten the same.
    const few = synthetic({ ...input.data, train: 10, test: 150 })
    const { predictions } = await evaluate(run.folder, {
      data: few,
      split: 'train',
      experiment: { ...run.config, validation: null },
    })
    const train = await evaluate(run.folder, { split: 'train', experiment: { ...run.config, validation: null } })
    for (const [i, logit] of predictions!.logits.entries()) {
      expect(logit).toBeCloseTo(train.predictions!.logits[i]!, 4)
    }
  })

  test('of weights without statistics takes those of the training images, and says so', async () => {
    const bare = join(folder, 'bare.safetensors')
    await saveWeights(bare, await run.weights('last'))
    const notes: string[] = []
    const { loss } = await evaluate(run.folder, { weights: bare, onNote: (note) => notes.push(note) })
    expect(loss).toBe(run.metrics.at(-1)!.testLoss)
    expect(notes).toEqual([
      `${bare}: mean and deviation of the training images are not in the file; those of the experiment's data are used`,
    ])
  })

  test('of weights without running statistics is refused', async () => {
    const weights = await run.weights('last')
    const parameters = new Map([...weights].filter(([name]) => !name.includes('running')))
    expect(parameters.size).toBeLessThan(weights.size)
    const file = join(folder, 'parameters.safetensors')
    await saveWeights(file, parameters)
    expect(await failure(() => evaluate(run.folder, { weights: file }))).toContain(
      'an evaluation needs the running statistics',
    )
  })

  test.each<[string, () => Promise<unknown>, string]>([
    ['no run', () => evaluate('/nowhere'), 'MISSING_FILE: /nowhere does not exist'],
    ['an unknown split', () => evaluate(run.folder, { split: 'tset' as never }), 'split is "tset"; expected'],
    [
      'a validation split that is none',
      () => evaluate(run.folder, { split: 'validation', settings: ['validation=null'] }),
      'split is validation, but the experiment has none',
    ],
    [
      'data of another shape',
      () => evaluate(run.folder, { settings: ['data.shape=[1,8,8]'] }),
      'does not fit the model',
    ],
    ['an aborted signal', () => evaluate(run.folder, { signal: AbortSignal.abort() }), 'INTERRUPTED'],
  ])('of %s is refused', async (_, work, message) => {
    expect(await failure(work)).toContain(message)
  })
})

describe('predictions', () => {
  test('are those of an evaluation, without labels', async () => {
    const { test: images } = await loadData(input.data, 1, 'channel')
    const { predictions } = await evaluate(run.folder)
    const found = await predict(run.folder, images.images)
    expect([...found.predicted]).toEqual([...predictions!.predicted])
    expect([...found.logits]).toEqual([...predictions!.logits])
    const sums = Array.from({ length: 150 }, (_, i) =>
      found.probabilities.subarray(10 * i, 10 * i + 10).reduce((sum, p) => sum + p, 0),
    )
    for (const sum of sums) expect(sum).toBeCloseTo(1, 6)
    expect(found.probabilities[found.predicted[3]! + 30]).toBeCloseTo(found.probability[3]!, 6)
  })

  test('take fp32 pixels, too', async () => {
    const { test: images } = await loadData(input.data, 1, 'channel')
    const found = await predict(run.folder, Float32Array.from(images.images))
    const { logits } = await predict(run.folder, images.images)
    for (const [i, logit] of logits.entries()) expect(found.logits[i]).toBeCloseTo(logit, 4)
  })

  test.each<[string, unknown, string]>([
    ['nothing', new Uint8Array(), 'found 0 pixels; expected a multiple of 192'],
    ['a part of an image', new Uint8Array(100), 'found 100 pixels; expected a multiple of 192'],
    ['NaN', new Float32Array(192).fill(NaN), 'pixel 0 is NaN; expected a finite number'],
    ['a number', 5, 'expected a Uint8Array or Float32Array, a path, or a list of image files'],
    ['a file that is not there', ['/nowhere.png'], 'MISSING_FILE: /nowhere.png'],
  ])('of %s are refused', async (_, images, message) => {
    expect(await failure(() => predict(run.folder, images as never))).toContain(message)
  })
})

describe('images in files', () => {
  const [height, width, size] = [8, 8, 192]
  const count = 5
  const photos = join(folder, 'photos')
  const interleaved = (planes: Uint8Array) =>
    Uint8Array.from(planes, (_, i) => planes[Math.floor(i / size) * size + (i % 3) * 64 + Math.floor((i % size) / 3)]!)
  const writeNpy = (name: string, values: Uint8Array | Float32Array, shape: readonly number[]) => {
    const file = join(folder, name)
    writeFileSync(file, Buffer.concat(encodeNpy(values, shape)))
    return file
  }
  const pixels = async () => (await loadData(input.data, 1, 'channel')).test.images.slice(0, count * size) as Uint8Array

  test('give the answers of the same pixels: an image, a folder, .npy, .npz and Parquet', async () => {
    const planes = await pixels()
    const last = interleaved(planes)
    const encoded = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        image(Buffer.from(last.subarray(i * size, (i + 1) * size)), height, width, 3)
          .png()
          .toBuffer(),
      ),
    )
    mkdirSync(join(photos, 'deep'), { recursive: true })
    const names = encoded.map((_, i) => (i === 0 ? 'a.png' : `deep/${i}.png`))
    for (const [i, png] of encoded.entries()) writeFileSync(join(photos, names[i]!), png)
    writeFileSync(join(photos, 'notes.txt'), 'no image')
    const npz = join(folder, 'images.npz')
    const npy = Buffer.concat(encodeNpy(last, [count, height, width, 3]))
    writeFileSync(npz, zip([{ name: 'x.npy', content: npy, isStored: false }]))
    const inner = join(folder, 'inner.npz')
    writeFileSync(inner, zip([{ name: 'camera/left.npy', content: npy, isStored: false }]))
    const parquet = join(folder, 'images.parquet')
    const column = { name: 'image', data: encoded.map((png) => new Uint8Array(png)), type: 'BYTE_ARRAY' as const }
    writeFileSync(parquet, new Uint8Array(parquetWriteBuffer({ columnData: [column] })))

    const expected = await predict(run.folder, planes)
    expect(expected.names).toBeNull()
    const notes: string[] = []
    const folderAnswers = await predict(run.folder, photos, { onNote: (note) => notes.push(note) })
    expect(folderAnswers.logits).toEqual(expected.logits)
    expect(folderAnswers.names).toEqual(names)
    expect(notes).toEqual([`${photos}: left out, because they are hidden or no images: notes.txt`])
    for (const path of [
      writeNpy('last.npy', last, [count, height, width, 3]),
      writeNpy('first.npy', planes, [count, 3, height, width]),
      ...[npz, `${npz}/x`, inner, `${inner}/camera/left`, parquet, `${parquet}/image`],
    ]) {
      const found = await predict(run.folder, path)
      expect([found.names, found.logits], path).toEqual([null, expected.logits])
    }
    const one = await predict(run.folder, join(photos, 'a.png'))
    expect(one.names).toEqual([join(photos, 'a.png')])
    expect(one.predicted).toEqual(expected.predicted.slice(0, 1))
    // A folder may have the name of an archive: what is behind it is a path then, and no array.
    const named = join(folder, 'photos.npz')
    renameSync(photos, named)
    expect((await predict(run.folder, join(named, 'a.png'))).names).toEqual([join(named, 'a.png')])
    expect((await predict(run.folder, join(named, 'deep'))).names).toEqual(names.slice(1).map((name) => name.slice(5)))

    const into = await writePrediction(folderAnswers, join(folder, 'answers'), { logits: true })
    const rows = await parquetReadObjects({ file: bufferOf(join(into, 'predictions.parquet')) })
    const { predicted, probability } = expected
    expect(rows).toEqual(
      names.map((name, index) => ({ index, name, predicted: predicted[index], probability: probability[index] })),
    )
    const logits = readFileSync(join(into, 'logits.npy'))
    expect(new Float32Array(new Uint8Array(logits).slice(-4 * 10 * count).buffer)).toEqual(expected.logits)
  })

  test('of another range than the training images are warned of', async () => {
    const noteOf = async (scale: number, options: EvaluateOptions = {}) => {
      const notes: string[] = []
      const file = writeNpy(
        'scaled.npy',
        Float32Array.from(await pixels(), (byte) => byte * scale),
        [count, 3, 8, 8],
      )
      await predict(run.folder, file, { ...options, onNote: (note) => notes.push(note) })
      return notes
    }
    expect(await noteOf(1)).toEqual([])
    expect(await noteOf(1 / 255)).toEqual([
      'the images have pixels between 0 and 1, but the network was trained on 0 … 255: multiply them by 255',
    ])
    const unit = { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25], classNames: null }
    expect(rangeNote(Float32Array.of(0, 255), unit, 'the images')).toBe(
      'the images have pixels up to 255, but the network was trained on numbers up to about 1: divide them by 255',
    )
    expect(rangeNote(Float32Array.of(0, 1.2), unit, 'the images')).toBeUndefined()
  })

  test.each<[string, () => string, string]>([
    [
      'of another size',
      () => writeNpy('other.npy', new Uint8Array(2 * 49), [2, 7, 7]),
      'has images of 1 × 7 × 7; expected 3 × 8 × 8',
    ],
    [
      'in several arrays',
      () => {
        const file = join(folder, 'two.npz')
        const content = Buffer.concat(encodeNpy(new Uint8Array(1), [1]))
        writeFileSync(file, zip(['a.npy', 'b.npy'].map((name) => ({ name, content, isStored: true }))))
        return file
      },
      'it has several arrays; name one behind the file, as',
    ],
    [
      'in a folder without images',
      () => {
        mkdirSync(join(folder, 'empty'), { recursive: true })
        return join(folder, 'empty')
      },
      'holds no images; expected JPEG',
    ],
    ['that are not there', () => join(folder, 'none'), 'none does not exist; expected images, or a folder of them'],
  ])('%s get one error', async (_, path, message) => {
    expect(await failure(() => predict(run.folder, path()))).toContain(message)
  })

  test('.npy as weights is told that it holds one array', async () => {
    const file = writeNpy('weights.npy', new Float32Array(4), [4])
    expect(await failure(() => evaluate(run.folder, { weights: file }))).toContain(
      'a single array of NumPy; its array has no name, and weights are tensors by their names',
    )
  })
})

function bufferOf(file: string): ArrayBuffer {
  const { buffer, byteOffset, length } = readFileSync(file)
  return buffer.slice(byteOffset, byteOffset + length)
}
