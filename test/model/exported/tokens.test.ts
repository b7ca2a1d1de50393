import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ExperimentInput } from '../../../src/experiment/config.js'
import { experiment } from '../../../src/experiment/experiment.js'
import { describeModel } from '../../../src/model/describe-model.js'
import { exported, withPrograms } from '../../../src/model/exported/exported.js'
import { dense, flatten } from '../../../src/model/layers.js'
import { sgd } from '../../../src/optimizer/rules/sgd.js'
import { resume } from '../../../src/train/resume.js'
import { train } from '../../../src/train/train.js'
import { failure } from '../../support/failure.js'
import { needsPyTorch, pytorch } from '../../support/pytorch/pytorch.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { measured, runUntil } from '../../train/killed-run.js'
import { smallExperiment } from '../../train/small-experiment.js'
import {
  allParameters,
  perceptron,
  randomSplit,
  smallTrainer,
  tokenTrainer,
  trainEpoch,
} from '../../native/support/small-trainer.js'

needsPyTorch()

/** The network of gpt.py, with a dropout of 0.2. */
const file = fileURLToPath(new URL('gpt.pt2', import.meta.url))
const [vocabulary, context] = [29, 12]

const [steps, batch, rate] = [20, 16, 0.2]

interface Eager {
  losses: number[]
  hits: number
  evaluation: number
  accuracy: number
}

const variants = {
  plain: { smoothing: 0, precision: 'fp32' },
  smoothed: { smoothing: 0.1, precision: 'fp32' },
  bf16: { smoothing: 0, precision: 'bf16' },
} as const

type Variant = keyof typeof variants

/** The exported GPT of gpt.py, the ids that it trains on, and the results of eager PyTorch. */
let net: { file: string; ids: Int32Array; eager: Record<Variant, Eager> }

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-'))
  const path = join(folder, 'gpt.pt2')
  const how = Object.values(variants).map(({ smoothing, precision }) => [smoothing, precision === 'bf16'])
  const { ids, trainings } = (await pytorch('test/model/exported/gpt.py', path, steps, batch, rate, how)) as {
    ids: number[]
    trainings: Eager[]
  }
  const eager = Object.fromEntries(Object.keys(variants).map((name, i) => [name, trainings[i]!]))
  net = { file: path, ids: Int32Array.from(ids), eager: eager as Record<Variant, Eager> }
  return () => rmSync(folder, { recursive: true })
}, 600_000)

/** Trains the exported GPT on the windows that eager PyTorch trains on. */
async function trainHere(variant: Variant, backend: { preferAten?: boolean; blockKernels?: boolean } = {}) {
  const { smoothing, precision } = variants[variant]
  const { layers } = exported({ file: net.file })
  const spec = {
    layers: withPrograms(layers),
    inputShape: [context],
    classes: vocabulary,
    optimizer: sgd({ momentum: 0.9 }),
    parameters: allParameters(layers, [context]),
    loss: { type: 'crossEntropy', labelSmoothing: smoothing },
    precision,
    ...backend,
  } as const
  const trainer = await tokenTrainer(spec, { tokens: net.ids })
  const order = Int32Array.from({ length: steps * batch }, (_, i) => i)
  return { ...(await trainEpoch(trainer, { order, batchSize: batch, rate })), trainer, eager: net.eager[variant] }
}

const relative = (found: number, expected: number) => Math.abs(found - expected) / Math.abs(expected)

describe('a GPT', () => {
  test.each([
    ['by the CPU’s kernels', 'plain', {}],
    ['with label smoothing', 'smoothed', {}],
    ['by ATen', 'smoothed', { preferAten: true }],
    ['by the kernels for CUDA', 'smoothed', { blockKernels: true }],
  ] as const)('trains as in eager PyTorch, %s: losses, hits and evaluation', async (_, variant, backend) => {
    const { eager, losses, accuracy, sums, trainer } = await trainHere(variant, backend)
    losses.forEach((loss, step) => expect(relative(loss, eager.losses[step]!)).toBeLessThan(1e-5))
    expect(losses.at(-1)).toBeLessThan(losses[0]! - 0.1)
    expect(sums).toMatchObject({ hits: eager.hits, examples: steps * batch * context })
    expect(accuracy).toBe(eager.hits / (steps * batch * context))
    const evaluation = await trainer.evaluate('test', 50)
    expect(relative(evaluation.loss, eager.evaluation)).toBeLessThan(1e-5)
    expect(evaluation.accuracy).toBeCloseTo(eager.accuracy, 12)
  })

  test('trains in bf16 as under PyTorch’s autocast', async () => {
    const { eager, losses } = await trainHere('bf16')
    losses.forEach((loss, step) => expect(relative(loss, eager.losses[step]!)).toBeLessThan(5e-3))
  })
})

test('the exporter refuses modules that do not take every id, or give no logits for each', async () => {
  const path = join(temporaryFolder(), 'bigram.pt2')
  const { refusals, answers, is_training } = (await pytorch('test/model/exported/exports_of_tokens.py', path)) as {
    refusals: string[]
    answers: (string | null)[]
    is_training: boolean
  }
  expect(refusals).toEqual([
    expect.stringMatching(/^module does not take the id 8 of a vocabulary of 9: index out of range/),
    'module returns (2, 4, 8) for two windows; expected logits, (2, 4, 9)',
    'module returns (2, 1, 9) for two windows; expected logits, (2, 4, 9)',
    'input_shape is (4, 2) and vocabulary 9; expected (context,) and at least 2',
    'input_shape is (4,) and vocabulary 1; expected (context,) and at least 2',
  ])
  expect(is_training).toBe(true)
  const usage = expect.stringMatching(/^usage: .* tokens:CONTEXT,VOCABULARY/) as string
  expect(answers).toEqual([null, usage, usage])
  expect(exported({ file: path }).layers[0]).toMatchObject({ inputType: 'tokens', input: [4], output: [4, 9] })
})

test('the addon takes tokens for networks of tokens only', async () => {
  const { layers } = exported({ file })
  const spec = {
    layers: withPrograms(layers),
    inputShape: [context],
    classes: vocabulary,
    parameters: allParameters(layers, [context]),
  }
  const split = (tokens: number) => ({ tokens: Int32Array.from({ length: tokens }, (_, i) => i % vocabulary) })
  const zeros = { tokens: new Int32Array(2 * context + 1) }
  const perceptronSpec = { layers: perceptron, parameters: allParameters(perceptron, [context]), classes: 4 }
  expect(await failure(() => tokenTrainer({ ...spec, ...perceptronSpec }, zeros))).toBe(
    'INVALID_CONFIG: layer dense1: the network ends in shape [4], but the data has 4 classes; expected [12, 4]',
  )
  expect(await failure(() => tokenTrainer({ ...spec, classes: 20 }, split(25)))).toBe(
    'INVALID_CONFIG: data.train.tokens: label 20 is not in 0 … 19',
  )
  expect(await failure(() => tokenTrainer(spec, split(24)))).toBe(
    'INVALID_CONFIG: data.train: 24 tokens; expected a multiple of 12 and one more',
  )
  const classifier = [...spec.layers, flatten({ name: 'flat' }), dense({ name: 'classes', units: 4 })]
  const parameters = allParameters([...layers, ...classifier.slice(1)], [context])
  const images = randomSplit(5, 1, context)
  const onImages = { ...spec, layers: classifier, parameters, classes: 4, data: { train: images, test: images } }
  expect(await failure(() => smallTrainer(onImages))).toBe(
    'INVALID_CONFIG: layer exported: it takes token ids, but the data gives numbers',
  )
})

/** A sequence with something to learn, as a file of uint16. */
function sequence(length = 2000): string {
  const path = join(temporaryFolder(), 'train.bin')
  const ids = Uint16Array.from({ length }, (_, i) => (i * i) % vocabulary)
  writeFileSync(path, ids)
  return path
}

const config = (changes: object = {}, data: object = {}) =>
  experiment({
    ...(smallExperiment as ExperimentInput),
    data: { type: 'tokens', file: sequence(), test: 0.1, context, vocabulary, ...data },
    model: { type: 'exported', file },
    optimizer: { type: 'adamW', weightDecay: 0.01 },
    learningRate: { type: 'constant', initial: 0.01 },
    device: 'cpu',
    batchSize: 20,
    threads: 1,
    ...changes,
  })

test('the network’s layers are its weights, tied embeddings once, and describe their shapes', () => {
  const { monitored, input, output, layers } = describeModel(exported({ file }).layers, [context])
  expect(monitored.slice(0, 3)).toEqual(['tokens', 'positions', 'blocks.0.qkv'])
  expect(monitored).toHaveLength(2 + 2 * 4)
  expect([input, output]).toEqual([[context], [context, vocabulary]])
  expect(layers.find(({ name }) => name === 'tokens')).toMatchObject({ type: 'embedding', output: [context, 16] })
})

describe('an experiment on tokens', () => {
  test('refuses networks that do not take them', () => {
    const model = { type: 'mlp', hidden: [8] }
    expect(() => config({ model })).toThrow(
      'flatten takes numbers, but the data gives token ids; expected a network from PyTorch that was exported for token ids',
    )
    const images = { type: 'exported', file: fileURLToPath(new URL('convolutional.pt2', import.meta.url)) }
    expect(() => config({ model: images })).toThrow('exported takes numbers, but the data gives token ids')
    expect(() => config({ data: smallExperiment.data })).toThrow(
      'exported takes token ids, but the data gives images; expected data of type tokens, and this network first',
    )
  })

  test('refuses another vocabulary and another context', () => {
    expect(() => config({}, { vocabulary: 30 })).toThrow(
      'exported gives [12, 29], but the data has a vocabulary of 30; expected [12, 30]',
    )
    expect(() => config({}, { context: 11 })).toThrow(/was exported for examples of \[12\], but the data gives \[11\]/)
  })

  test('refuses settings of pixels', () => {
    expect(() => config({ augmentation: { shift: 2, flip: true }, normalization: 'channel' })).toThrow(
      /augmentation\.shift: images are shifted, but the data are tokens.*\n.*augmentation\.flip: .*\n.*normalization: /,
    )
  })

  test('says how many windows there are where a batch is larger', async () => {
    expect(await failure(() => train(config({ batchSize: 151 }), { folder: join(temporaryFolder(), 'run') }))).toBe(
      'INVALID_CONFIG: batchSize is 151; expected at most 149, the number of training windows',
    )
  })

  test('learns, and records tokens as it records images', async () => {
    const { metrics } = await train(config({ epochs: 12, validation: { share: 0.1 } }), {
      folder: join(temporaryFolder(), 'run'),
    })
    const [first, last] = [metrics[0]!, metrics.at(-1)!]
    expect(last.trainLoss).toBeLessThan(0.8 * first.trainLoss)
    expect(last.testAccuracy).toBeGreaterThan(first.testAccuracy!)
    expect(last.testTop5Accuracy).toBeGreaterThan(last.testAccuracy!)
    expect(last.valLoss).toBeGreaterThan(0)
  })

  test('refuses to resume on other tokens', async () => {
    const path = sequence()
    const made = config({ checkpoint: { everyEpochs: 1, everyMinutes: null } }, { file: path })
    const folder = join(temporaryFolder(), 'run')
    const stop = new AbortController()
    const onEpochEnd = ({ epoch }: { epoch: number }) => void (epoch === 1 && stop.abort())
    await failure(() => train(made, { folder, signal: stop.signal, onEpochEnd }))
    writeFileSync(
      path,
      Uint16Array.from({ length: 2000 }, (_, i) => i % vocabulary),
    )
    expect(await failure(() => resume(folder))).toContain('the data has changed since the run started')
  })
})

test('a training with dropout that is killed has the numbers of one that is not', async () => {
  const made = config({
    optimizer: { type: 'layca', rule: { type: 'adam' } },
    validation: { share: 0.1 },
    epochs: 16,
    checkpoint: { everyEpochs: 1, everyMinutes: 0.002 },
  })
  const whole = join(temporaryFolder(), 'whole')
  await runUntil(whole, made)
  const folder = join(temporaryFolder(), 'killed')
  const killed = await runUntil(folder, made, { type: 'write', folder: 'checkpoints', n: 3 })
  expect(killed).toBe(true)
  await runUntil(folder, made)
  expect(measured(folder)).toEqual(measured(whole))
}, 60_000)
