import { describe, expect, test } from 'vitest'
import type { ExperimentInput } from '../../src/experiment/config.js'
import { experiment } from '../../src/experiment/experiment.js'
import { layerTypes } from '../../src/model/layers.js'
import { mlp } from '../../src/model/zoo/mlp.js'
import { dataSets } from '../../src/data/data.js'
import { mnist } from '../../src/data/mnist/mnist.js'
import { crossEntropy } from '../../src/loss/cross-entropy.js'
import { kerasCrossEntropy } from '../../src/loss/keras-cross-entropy.js'
import { decoupledWeightDecay } from '../../src/regularization/decoupled-weight-decay.js'
import { l2 } from '../../src/regularization/l2.js'
import { weightDecay } from '../../src/regularization/weight-decay.js'
import { adamW } from '../../src/optimizer/rules/adam-w.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { layerMultipliers } from '../../src/schedule/multipliers/table.js'
import { steps } from '../../src/schedule/curves/steps.js'
import { learningRateSchema } from '../../src/schedule/schedule.js'
import { optimizerSchema } from '../../src/optimizer/optimizer.js'
import { typesOf } from '../support/types-of.js'
import { failure } from '../support/failure.js'

const valid: ExperimentInput = {
  name: 'mnist-layca',
  data: mnist({ perClass: 1000 }),
  model: mlp({ hidden: [784], batchNorm: true }),
  optimizer: layca(sgd()),
  learningRate: steps(3 ** -2, { at: [90], factor: 1 / 5 }),
  epochs: 100,
  batchSize: 2048,
}

/**
 * Returns the error of `experiment` for the valid experiment with some values replaced, without the common beginning.
 */
async function complaint(change: object): Promise<string> {
  const message = await failure(() => experiment({ ...valid, ...change }))
  return message.replace('INVALID_CONFIG: experiment "mnist-layca":', '').trim()
}

describe('a valid experiment', () => {
  test('gets its defaults', () => {
    const { name, data, model, optimizer, learningRate, epochs, batchSize, ...defaults } = experiment(valid)
    expect({ name, data, model, optimizer, learningRate, epochs, batchSize }).toEqual(valid)
    expect(defaults).toEqual({
      normalization: 'scalar',
      augmentation: {
        shift: 0,
        flip: false,
        crop: null,
        randAugment: null,
        cutout: 0,
        randomErasing: null,
        mixing: null,
      },
      validation: null,
      evaluation: { every: 1, images: null, initial: false },
      initialWeights: null,
      loss: { type: 'crossEntropy', labelSmoothing: 0 },
      regularization: null,
      multipliers: null,
      groups: [],
      gradientClipping: null,
      batches: 'all',
      accumulation: 1,
      precision: 'fp32',
      memoryFormat: 'channelsLast',
      cudnnBenchmark: false,
      seed: 1,
      device: 'auto',
      threads: null,
      averaging: null,
      stopping: null,
      record: { steps: 0, neurons: false, spectral: false, references: [] },
      checkpoint: { everyEpochs: null, everyMinutes: 10, keep: 1 },
      loggers: [],
      tags: [],
      notes: '',
    })
  })

  test('stays as it is when validated again or written as JSON', () => {
    const once = experiment(valid)
    expect(experiment(once)).toEqual(once)
    expect(experiment(JSON.parse(JSON.stringify(once)) as ExperimentInput)).toEqual(once)
  })

  test('may give its model in short, as a hand-written file does', () => {
    const model = { type: 'mlp', hidden: [784], batchNorm: true } as const
    expect(experiment({ ...valid, model })).toEqual(experiment(valid))
  })

  test('may have every setting of the paper’s tasks', () => {
    const settings = {
      normalization: 'channel',
      augmentation: { shift: 4, flip: true },
      validation: { share: 0.1 },
      initialWeights: 'initial.safetensors',
      loss: kerasCrossEntropy(),
      regularization: l2(1e-3, { except: ['dense1'] }),
      batches: 'kerasSequence',
      precision: 'bf16',
      memoryFormat: 'contiguous',
    } as const
    const config = experiment({ ...valid, ...settings })
    expect(config).toMatchObject({
      ...settings,
      loss: { type: 'kerasCrossEntropy' },
      regularization: { type: 'l2', factor: 1e-3, except: ['dense1'] },
    })
    expect(
      experiment({
        ...valid,
        augmentation: { flip: true, crop: {}, randAugment: {}, randomErasing: {}, mixing: { cutmix: 1 } },
      }).augmentation,
    ).toEqual({
      shift: 0,
      flip: true,
      crop: { padding: 4, mode: 'constant' },
      randAugment: { operations: 2, magnitude: 9 },
      cutout: 0,
      randomErasing: { probability: 0.25, scale: [0.02, 0.33], ratio: [0.3, 3.3] },
      mixing: { mixup: 0, cutmix: 1, probability: 1 },
    })
    expect(experiment({ ...valid, regularization: weightDecay(5e-4) }).regularization).toEqual({
      type: 'weightDecay',
      factor: 5e-4,
    })
    expect(experiment({ ...valid, regularization: decoupledWeightDecay(0.05) }).regularization).toEqual({
      type: 'decoupledWeightDecay',
      factor: 0.05,
      except: [],
    })
    expect(experiment({ ...valid, loss: { type: 'crossEntropy' } }).loss).toEqual(crossEntropy())
  })

  test('written before there were other rules and groups means what it meant', () => {
    const { groups, ...written } = experiment(valid)
    const optimizer = { type: 'layca', rule: { type: 'sgd', momentum: 0, nesterov: false } } as const
    expect(experiment({ ...written, optimizer })).toEqual({ ...written, groups })
  })

  test.each([
    [1, 1],
    [10, 10],
    [undefined, 0],
  ])('may record every k-th step: %j', (steps, expected) => {
    const { record } = experiment({ ...valid, record: { steps } })
    expect(record.steps).toBe(expected)
    expect(experiment({ ...valid, record }).record).toEqual(record)
  })

  test('may end before its last epoch', () => {
    const stopping = { notWorking: { epoch: 2, accuracy: 0.2 }, finished: { loss: 1e-4 }, converged: {} }
    expect(experiment({ ...valid, stopping }).stopping).toEqual({ ...stopping, converged: { times: 3 } })
    const validation = { share: 0.1 }
    expect(experiment({ ...valid, validation, stopping: { early: { patience: 5 } } }).stopping).toEqual({
      early: { patience: 5, metric: 'valAccuracy' },
    })
  })

  test.each(['cpu', 'cuda', 'cuda:1', 'auto'])('may ask for device %s', (device) => {
    expect(experiment({ ...valid, device }).device).toBe(device)
  })
})

describe('an unknown key', () => {
  test.each([
    [{ epoch: 3 }, 'unknown key "epoch"; did you mean "epochs"?'],
    [{ data: { type: 'mnist', perclass: 5 } }, 'data: unknown key "perclass"; did you mean "perClass"?'],
    [
      { optimizer: { type: 'layca', rule: { type: 'sgd', momentun: 0.9 } } },
      'optimizer.rule: unknown key "momentun"; did you mean "momentum"?',
    ],
    [
      { model: { type: 'mlp', layers: [{ type: 'dense', name: 'd', units: 10, biasinit: { type: 'zeros' } }] } },
      'model.layers.0: unknown key "biasinit"; did you mean "biasInit"?',
    ],
    [
      { model: { type: 'mlp', layers: [{ type: 'dense', name: 'd', units: 10, init: { type: 'zeros', gain: 2 } }] } },
      'model.layers.0.init: unknown key "gain"; expected type',
    ],
    [{ record: { step: true } }, 'record: unknown key "step"; did you mean "steps"?'],
  ])('%j', async (change, message) => {
    expect(await complaint(change)).toBe(message)
  })

  test('of a model in short is named by its place', async () => {
    expect(await complaint({ model: { type: 'mlp', hidden: [5], batchnorm: true } })).toBe(
      'model: unknown key "batchnorm"; did you mean "batchNorm"?',
    )
  })
})

describe('a value that cannot be used', () => {
  test.each([
    [{ epochs: 0 }, 'epochs is 0; expected at least 1'],
    [{ epochs: 2.5 }, 'epochs is 2.5; expected a whole number'],
    [{ batchSize: 0 }, 'batchSize is 0; expected at least 1'],
    [{ batchSize: '2048' }, 'batchSize is "2048"; expected a whole number'],
    [{ seed: -1 }, 'seed is -1; expected at least 0'],
    [{ seed: 2 ** 32 }, 'seed is 4294967296; expected at most 4294967295'],
    [{ device: 'gpu' }, 'device is "gpu"; expected auto, cpu, cuda or cuda:N'],
    [{ threads: 0 }, 'threads is 0; expected at least 1'],
    [{ record: { steps: 'yes' } }, 'record.steps is "yes"; expected a whole number'],
    [{ record: { steps: true } }, 'record.steps is true; expected a whole number'],
    [{ record: { steps: -1 } }, 'record.steps is -1; expected at least 0'],
    [{ record: { steps: 0.5 } }, 'record.steps is 0.5; expected a whole number'],
    [{ record: { spectral: 1 } }, 'record.spectral is 1; expected true or false'],
    [
      { record: { references: ['a,b'] } },
      'record.references.0 is "a,b"; expected lastEpoch, or a file without comma or quote in its path',
    ],
    [
      { record: { references: ['lastEpoch', 'lastEpoch'] } },
      'record.references: a reference is listed twice; expected each once',
    ],
    [
      { stopping: {} },
      'stopping: no rule is given; expected notWorking, finished, converged or early, or null instead of the object',
    ],
    [
      { stopping: { early: { patience: 5 } } },
      'stopping.early: early stopping needs images that validate; expected a validation beside it, such as validation={share: 0.1}',
    ],
    [
      { epochs: 5, stopping: { notWorking: { epoch: 5, accuracy: 0.2 } } },
      'stopping.notWorking.epoch: 5 is beyond the run; expected at most 4, the last of 5 epochs counted from 0',
    ],
    [
      { stopping: { notWorking: { epoch: 1, accuracy: 20 } } },
      'stopping.notWorking.accuracy is 20; expected at most 1',
    ],
    [{ stopping: { finished: { loss: 0 } } }, 'stopping.finished.loss is 0; expected a number above 0'],
    [{ stopping: { converged: { times: 0 } } }, 'stopping.converged.times is 0; expected at least 1'],
    [
      { stopping: { early: { patience: 5, metric: 'testAccuracy' } } },
      'stopping.early.metric is "testAccuracy"; expected "valAccuracy"; did you mean "valAccuracy"?',
    ],
    [
      { data: { type: 'mnits' } },
      `data.type is "mnits"; expected one of ${Object.keys(dataSets).join(', ')}; did you mean "mnist"?`,
    ],
    [{ data: { type: 'mnist', perClass: 0 } }, 'data.perClass is 0; expected at least 1'],
    [
      { optimizer: { type: 'adm' } },
      `optimizer.type is "adm"; expected one of ${typesOf(optimizerSchema)}; did you mean "adam"?`,
    ],
    [
      { optimizer: { type: 'rotational', rule: { type: 'adam', beta1: 1 } } },
      'optimizer.rule.beta1 is 1; expected a number below 1',
    ],
    [{ optimizer: { type: 'sgd', momentum: 1 } }, 'optimizer.momentum is 1; expected a number below 1'],
    [{ optimizer: { type: 'sgd', momentum: -0.1 } }, 'optimizer.momentum is -0.1; expected at least 0'],
    [{ optimizer: { type: 'sgd', nesterov: true } }, 'optimizer.nesterov: true needs a momentum above 0'],
    [
      { normalization: 'channels' },
      'normalization is "channels"; expected one of scalar, channel; did you mean "channel"?',
    ],
    [{ augmentation: { shift: -1 } }, 'augmentation.shift is -1; expected at least 0'],
    [{ augmentation: { shift: 0.125 } }, 'augmentation.shift is 0.125; expected a whole number'],
    [{ augmentation: { flip: 'yes' } }, 'augmentation.flip is "yes"; expected true or false'],
    [
      { augmentation: { shift: 29 } },
      'augmentation.shift: shifts of 29 pixels are more than images of 28 × 28 allow; expected at most 28',
    ],
    [{ augmentation: { crop: { padding: 0 } } }, 'augmentation.crop.padding is 0; expected at least 1'],
    [
      { augmentation: { crop: { mode: 'mirror' } } },
      'augmentation.crop.mode is "mirror"; expected one of constant, edge, reflect, symmetric',
    ],
    [
      { augmentation: { crop: { padding: 28, mode: 'reflect' } } },
      'augmentation.crop.padding: 28 pixels of the padding reflect are more than images of 28 × 28 allow; expected at most 27',
    ],
    [
      { augmentation: { crop: { padding: 29 } } },
      'augmentation.crop.padding: 29 pixels of the padding constant are more than images of 28 × 28 allow; expected at most 28',
    ],
    [
      { augmentation: { crop: {}, shift: 2 } },
      'augmentation.crop: images are shifted already, by up to 2 pixels; expected null, or a shift of 0',
    ],
    [
      { augmentation: { cutout: 29 } },
      'augmentation.cutout: squares of 29 pixels are more than images of 28 × 28 allow; expected at most 28',
    ],
    [
      { augmentation: { randAugment: { operations: 0 } } },
      'augmentation.randAugment.operations is 0; expected at least 1',
    ],
    [
      { augmentation: { randAugment: { magnitude: 31 } } },
      'augmentation.randAugment.magnitude is 31; expected at most 30',
    ],
    [
      {
        data: { type: 'synthetic', shape: [2, 28, 28], classes: 10, train: 10, test: 10 },
        augmentation: { randAugment: {} },
      },
      'augmentation.randAugment: images of 2 channels have no colours that its operations could change; expected null, or images of one channel or three',
    ],
    [
      { augmentation: { randomErasing: { probability: 0 } } },
      'augmentation.randomErasing.probability is 0; expected a number above 0',
    ],
    [
      { augmentation: { randomErasing: { scale: [0.5, 0.2] } } },
      'augmentation.randomErasing.scale: [0.5,0.2] goes down; expected [smallest, largest]',
    ],
    [
      { augmentation: { randomErasing: { ratio: [0, 2] } } },
      'augmentation.randomErasing.ratio.0 is 0; expected at least 0.01',
    ],
    [
      { augmentation: { randomErasing: {}, cutout: 8 } },
      'augmentation.randomErasing: squares of 8 pixels are erased already; expected null, or a cutout of 0',
    ],
    [
      { augmentation: { mixing: {} } },
      'augmentation.mixing: neither mixup nor cutmix is above 0; expected one of them, such as {mixup: 0.2}, or null',
    ],
    [
      {
        data: { type: 'synthetic', shape: [1, 2, 392], classes: 10, train: 10, test: 10 },
        augmentation: { mixing: { cutmix: 1 } },
      },
      "augmentation.mixing.cutmix: CutMix's boxes have even sides smaller than the image's, which is 2 × 392; expected at least 3 × 3, or a cutmix of 0",
    ],
    [{ augmentation: { mixing: { mixup: -1 } } }, 'augmentation.mixing.mixup is -1; expected at least 0'],
    [
      { augmentation: { mixing: { mixup: 0.001 } } },
      'augmentation.mixing.mixup: 0.001 is too small; expected 0, or 0.01 to 100',
    ],
    [
      { augmentation: { mixing: { cutmix: 1, probability: 0 } } },
      'augmentation.mixing.probability is 0; expected a number above 0',
    ],
    [
      { augmentation: { mixing: { mixup: 1 } }, loss: { type: 'kerasCrossEntropy' } },
      "augmentation.mixing: mixed images have two labels, and Keras's clipped cross-entropy takes one; expected null, or crossEntropy as the loss",
    ],
    [{ validation: 0.1 }, 'validation is 0.1; expected an object with share'],
    [{ validation: { share: 0 } }, 'validation.share is 0; expected a number above 0'],
    [{ validation: { share: 1 } }, 'validation.share is 1; expected a number below 1'],
    [{ initialWeights: '' }, 'initialWeights is ""; expected a text that is not empty'],
    [
      { loss: { type: 'crossentropy' } },
      'loss.type is "crossentropy"; expected one of crossEntropy, kerasCrossEntropy; did you mean "crossEntropy"?',
    ],
    [{ loss: { type: 'crossEntropy', labelSmoothing: 1 } }, 'loss.labelSmoothing is 1; expected a number below 1'],
    [{ loss: { type: 'crossEntropy', labelSmoothing: -0.1 } }, 'loss.labelSmoothing is -0.1; expected at least 0'],
    [{ loss: { type: 'kerasCrossEntropy', labelSmoothing: 0 } }, 'loss: unknown key "labelSmoothing"; expected type'],
    [{ regularization: { type: 'l2', factor: -1 } }, 'regularization.factor is -1; expected at least 0'],
    [
      { regularization: { type: 'weightDecay', factor: NaN } },
      'regularization.factor is NaN; expected a finite number',
    ],
    [
      { regularization: { type: 'weightDecay', factor: 1, except: [] } },
      'regularization: unknown key "except"; expected type, factor',
    ],
    [
      { regularization: { type: 'L2', factor: 1 } },
      'regularization.type is "L2"; expected one of l2, weightDecay, decoupledWeightDecay; did you mean "l2"?',
    ],
    [
      { regularization: { type: 'l2', factor: 1, except: ['dense1', 'dence0'] } },
      'regularization.except.1: "dence0" is not a conv or dense layer of the model; did you mean "dense0"?',
    ],
    [
      { regularization: { type: 'l2', factor: 1, except: ['batchNorm0'] } },
      'regularization.except.0: "batchNorm0" is not a conv or dense layer of the model; expected dense0, dense1',
    ],
    [
      { regularization: { type: 'decoupledWeightDecay', factor: 1, except: ['dence0'] } },
      'regularization.except.0: "dence0" is not a conv or dense layer of the model; did you mean "dense0"?',
    ],
    [{ gradientClipping: { type: 'clipNorm' } }, 'gradientClipping.max is missing; expected a finite number'],
    [{ gradientClipping: { type: 'clipNorm', max: 0 } }, 'gradientClipping.max is 0; expected a number above 0'],
    [{ accumulation: 0 }, 'accumulation is 0; expected at least 1'],
    [{ accumulation: 1.5 }, 'accumulation is 1.5; expected a whole number'],
    [{ accumulation: 3 }, 'accumulation: 3 parts of a batch of 2048 are not equal; expected a divisor of 2048'],
    [{ accumulation: 4096 }, 'accumulation: 4096 parts of a batch of 2048 are not equal; expected at most 2048'],
    [
      { optimizer: layca(adamW()), regularization: { type: 'decoupledWeightDecay', factor: 1 } },
      'regularization: adamW already decays weights, by 0.01; expected null, or adam instead of adamW',
    ],
    [
      { groups: [{ match: { layers: ['dence0'] }, trained: false }] },
      'groups.0.match.layers.0: "dence0" matches no layer that has parameters; did you mean "dense0"?',
    ],
    [{ batches: 'keras' }, 'batches is "keras"; expected one of all, kerasSequence'],
    [{ precision: 'bfloat16' }, 'precision is "bfloat16"; expected one of fp32, tf32, bf16'],
    [
      { memoryFormat: 'channels_last' },
      'memoryFormat is "channels_last"; expected one of channelsLast, contiguous; did you mean "channelsLast"?',
    ],
    [
      { learningRate: 0.1 },
      `learningRate is 0.1; expected an object with a type, one of ${typesOf(learningRateSchema)}`,
    ],
    [{ optimizer: 'adam' }, 'optimizer is "adam"; expected an object: { type: adam }'],
    [{ model: 'resnet18' }, 'model is "resnet18"; expected an object: { type: resnet18 }'],
    [
      { learningRate: { initial: 0.1 } },
      `learningRate.type is missing; expected one of ${typesOf(learningRateSchema)}`,
    ],
    [{ learningRate: { type: 'constant', initial: NaN } }, 'learningRate.initial is NaN; expected a finite number'],
    [{ learningRate: { type: 'constant', initial: -1 } }, 'learningRate.initial is -1; expected a number above 0'],
  ])('%j', async (change, message) => {
    expect(await complaint(change)).toBe(message)
  })

  test.each(['a/b', '../up', '.', '', 'sp ace', 'ä'])('name %j', async (name) => {
    const message = await failure(() => experiment({ ...valid, name }))
    expect(message).toContain(`name is ${JSON.stringify(name)}; expected a name of letters, digits`)
  })

  test('drops after the last epoch are allowed: a shortened run keeps its schedule', () => {
    expect(experiment({ ...valid, epochs: 5 }).learningRate).toEqual(experiment(valid).learningRate)
  })

  test('all errors are reported at once', async () => {
    const message = await failure(() => experiment({ ...valid, epochs: 0, batchSize: 0, nam: 'x' } as ExperimentInput))
    expect(message.split('\n')).toEqual([
      'INVALID_CONFIG: experiment "mnist-layca":',
      '  epochs is 0; expected at least 1',
      '  batchSize is 0; expected at least 1',
      '  unknown key "nam"; did you mean "name"?',
    ])
  })

  test('a value that is not an experiment', async () => {
    const nothing = null as unknown as ExperimentInput
    expect(await failure(() => experiment(nothing))).toBe(
      'INVALID_CONFIG: experiment: the value is null; expected an object with name, data, model, optimizer, learningRate, epochs, batchSize',
    )
    const empty = await failure(() => experiment({} as ExperimentInput))
    expect(empty).toContain('name is missing; expected a text')
    expect(empty).toContain('data is missing; expected an object with a type, one of mnist, ')
    expect(empty).toContain('model is missing; expected an object with type')
    expect(empty).toContain('epochs is missing; expected a whole number')
  })

  test('several unknown keys are named with one list of the known ones', async () => {
    expect(await complaint({ data: { type: 'mnist', perclass: 5, colour: 1, size: 3 } })).toBe(
      'data: unknown key "perclass"; did you mean "perClass"? unknown key "colour"; unknown key "size"; expected type, folder, perClass',
    )
    expect(await complaint({ data: { type: 'mnist', size: 3, perclass: 5 } })).toBe(
      'data: unknown key "size"; unknown key "perclass"; did you mean "perClass"? Expected type, folder, perClass',
    )
  })

  test.each<[string, object, string]>([
    [
      'unknown keys',
      { ...Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, i])) },
      '99995 more',
    ],
    ['groups', { groups: Array(100_000).fill({ match: { kind: 'bias' }, rate: 1 }) }, 'a list of at most 10000'],
    ['wrong groups', { groups: Array(10_000).fill({ match: { layers: ['no'] }, rate: 1 }) }, 'and many more'],
    [
      'multipliers of layers that there are not',
      {
        multipliers: layerMultipliers(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`layer ${i}`, 1]))),
      },
      'and many more',
    ],
  ])('hundreds of thousands of %s are refused in a moment', async (_, change, problem) => {
    const begun = performance.now()
    expect(await complaint(change)).toContain(problem)
    expect(performance.now() - begun).toBeLessThan(5000)
  })
})

describe('a model', () => {
  const layer = (type: string, values: object = {}) => ({ type, name: type, ...values })
  const withLayers = (...layers: object[]) => complaint({ model: { type: 'mlp', layers } })

  test('must end in one unit a class', async () => {
    expect(await withLayers(layer('flatten'), layer('dense', { units: 12 }))).toBe(
      'model.layers.1: dense gives [12], but the data has 10 classes; expected [10]',
    )
    expect(await withLayers(layer('flatten'), layer('relu'))).toBe(
      'model.layers.1: relu gives [784], but the data has 10 classes; expected [10]',
    )
    expect(await withLayers()).toBe('model.layers is []; expected a list of at least 1')
  })

  test('must take the images as they are', async () => {
    expect(await withLayers(layer('dense', { units: 10 }))).toBe(
      'model.layers.0: dense takes one row of features, [n], but the data gives [1, 28, 28]; put a flatten between',
    )
  })

  test('is named by the path to the layer, also inside another layer', async () => {
    const dense = layer('dense', { units: 10 })
    expect(await withLayers(layer('residual', { layers: [layer('relu')], shortcut: [dense] }))).toBe(
      'model.layers.0.shortcut.0: dense takes one row of features, [n], but the data gives [1, 28, 28]; put a flatten between',
    )
  })

  test('gives each layer a different name', async () => {
    expect(await withLayers(layer('relu'), layer('flatten'), layer('relu'), layer('dense', { units: 10 }))).toBe(
      'model.layers.2.name: "relu" is already the name of layer 0; expected a name for each layer',
    )
  })

  test.each([
    [layer('dropout', { rate: 1 }), 'model.layers.0.rate is 1; expected a number below 1'],
    [layer('dropout', { rate: -0.5 }), 'model.layers.0.rate is -0.5; expected at least 0'],
    [layer('dense', { units: 0 }), 'model.layers.0.units is 0; expected at least 1'],
    [layer('batchNorm', { epsilon: 0 }), 'model.layers.0.epsilon is 0; expected a number above 0'],
    [layer('batchNorm', { momentum: 1.1 }), 'model.layers.0.momentum is 1.1; expected at most 1'],
    [
      layer('conv2d'),
      `model.layers.0.type is "conv2d"; expected one of ${Object.keys(layerTypes).join(', ')}, residual, exported; did you mean "conv"?`,
    ],
    [
      layer('dense', { units: 1, init: { type: 'glorotuniform' } }),
      'model.layers.0.init.type is "glorotuniform"; expected one of glorotUniform, glorotNormal, heUniform, heNormal, lecunUniform, lecunNormal, zeros, pytorchDefault, orthogonal; did you mean "glorotUniform"?',
    ],
    [
      { type: 'relu', name: 'a/b' },
      'model.layers.0.name is "a/b"; expected a name of letters, digits, - and _, in parts joined by single dots, that begins with a letter, at most 200 characters',
    ],
  ])('refuses %j', async (wrong, message) => {
    expect(await withLayers(wrong)).toBe(message)
  })
})
