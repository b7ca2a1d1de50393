import { describe, expect, test } from 'vitest'
import { loadExperiment } from '../../src/experiment/load-experiment.js'
import { override } from '../../src/experiment/overrides.js'
import { mlflow, tensorBoard } from '../../src/experiment/logger-config.js'
import { presets } from '../../src/experiment/presets.js'
import { resnet32 } from '../../src/model/zoo/keras-resnet.js'
import { resnet18 } from '../../src/model/zoo/pytorch-resnet.js'
import { flattenLayers } from '../../src/model/layers.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { failure } from '../support/failure.js'

const preset = presets['mnist']!()

describe('an override', () => {
  test('sets a number by its path', async () => {
    const config = await loadExperiment('mnist', ['learningRate.initial=0.037', 'epochs=95'])
    expect(config).toEqual({ ...preset, epochs: 95, learningRate: { ...preset.learningRate, initial: 0.037 } })
  })

  test.each([
    ['learningRate.initial=1e-3', ['learningRate', 'initial'], 0.001],
    ['record.steps=true', ['record', 'steps'], true],
    ['data.perClass=null', ['data', 'perClass'], null],
    ['data.folder=/tmp/a=b', ['data', 'folder'], '/tmp/a=b'],
    ['learningRate.at=[80, 90]', ['learningRate', 'at'], [80, 90]],
    ['name="007"', ['name'], '007'],
  ])('%s has a value of YAML', async (assignment, path, value) => {
    const changed = await override(preset, [assignment])
    expect(path.reduce((object, key) => (object as Record<string, unknown>)[key], changed)).toEqual(value)
  })

  test('replaces a whole part', async () => {
    const { learningRate } = await loadExperiment('mnist', ['learningRate={type: constant, initial: 0.5}'])
    expect(learningRate).toEqual({ type: 'constant', initial: 0.5 })
  })

  test('a word in place of a logger, or of a list of loggers, is its type', async () => {
    const loggersOf = async (...assignments: string[]) => (await loadExperiment('mnist', assignments)).loggers
    expect(await loggersOf('loggers=tensorboard')).toEqual([tensorBoard()])
    const both = [tensorBoard(), mlflow({ uri: 'http://127.0.0.1:5000' })]
    expect(await loggersOf('loggers=[tensorboard, {type: mlflow, uri: "http://127.0.0.1:5000"}]')).toEqual(both)
    expect(await loggersOf('loggers=[mlflow]', 'loggers.0.experiment=named')).toEqual([mlflow({ experiment: 'named' })])
    expect(await failure(() => loggersOf('loggers=tensorbord'))).toContain('did you mean "tensorboard"?')
    expect(await failure(() => loggersOf('loggers=[mlflow, mlflow]'))).toContain('a logger is listed twice')
    expect(await failure(() => loggersOf('loggers={type: mlflow}'))).toContain('expected a list')
  })

  test('a word in place of a part with a type is its type', async () => {
    const { optimizer, model } = await loadExperiment('cifar10-fast', ['optimizer=adam', 'model=resnet18'])
    expect(optimizer).toEqual(adam())
    expect(model).toEqual(resnet18())
    expect(await failure(() => loadExperiment('mnist', ['optimizer=adm']))).toContain(
      'optimizer.type is "adm"; expected one of sgd,',
    )
  })

  test('a number in place of a schedule is its initial rate', async () => {
    const { learningRate } = await loadExperiment('mnist', ['learningRate=3^-3'])
    expect(learningRate).toEqual({ ...preset.learningRate, initial: 1 / 27 })
    const other = await override({ learningRate: { type: 'rotateTo' } }, ['learningRate=1'])
    expect(other).toEqual({ learningRate: 1 })
  })

  test('a word in place of a layer stays one, for the layer would lose its name', async () => {
    expect(await failure(() => loadExperiment('mnist', ['model.layers.dense0=relu']))).toContain(
      'model.layers.1 is "relu"',
    )
  })

  test('finds layers by name or index', async () => {
    const { model } = await loadExperiment('mnist', ['model.layers.dense0.units=100', 'model.layers.2.epsilon=1e-5'])
    expect(model.layers[1]).toMatchObject({ name: 'dense0', units: 100 })
    expect(model.layers[2]).toMatchObject({ name: 'batchNorm0', epsilon: 1e-5 })
  })

  test.each([
    ['stage0.block0.conv0.filters=8', { name: 'stage0.block0.conv0', filters: 8 }],
    ['stage1.block0.shortcut.stride=[1, 2]', { name: 'stage1.block0.shortcut', stride: [1, 2] }],
    ['stage1.block0.name=renamed', { name: 'renamed', type: 'residual' }],
    ['stage1.block0.layers.0.kernel=5', { name: 'stage1.block0.conv0', kernel: 5 }],
    ['stage1.block0.layers.stage1.block0.conv1.kernel=5', { name: 'stage1.block0.conv1', kernel: 5 }],
    ['stage2.block0.relu1={type: gelu, name: gelu}', { type: 'gelu', name: 'gelu' }],
    ['3.layers.1.epsilon=1e-5', { name: 'stage0.block0.batchNorm0', epsilon: 1e-5 }],
  ])('finds a layer with dots in its name: model.layers.%s', async (assignment, expected) => {
    const model = resnet32({ depth: 8 })
    const changed = (await override({ model }, [`model.layers.${assignment}`])) as { model: typeof model }
    const before = new Set(flattenLayers(model.layers).map((layer) => JSON.stringify(layer)))
    const others = flattenLayers(changed.model.layers).filter((layer) => !before.has(JSON.stringify(layer)))
    // The layer itself, or the last of the layers that hold it.
    expect(others.at(-1)).toMatchObject(expected)
  })

  test('means the longest name', async () => {
    const layers = [
      { name: 'a', b: { units: 0 } },
      { name: 'a.b', units: 0 },
    ]
    expect(await override({ layers }, ['layers.a.b.units=1'])).toEqual({
      layers: [layers[0], { name: 'a.b', units: 1 }],
    })
  })

  test('leaves the original alone', async () => {
    const before = structuredClone(preset)
    await override(preset, ['learningRate.initial=9', 'model.layers.dense0.units=1'])
    expect(preset).toEqual(before)
  })

  test('goes in order: the last one wins', async () => {
    expect((await loadExperiment('mnist', ['seed=2', 'seed=3'])).seed).toBe(3)
  })
})

describe('an override that cannot be used', () => {
  test.each([
    ['epochs', 'INVALID_CONFIG: "epochs" is not an assignment; expected path=value, such as epochs=10'],
    [`model.layers.${'a.'.repeat(500)}b=1`, '…: the path has 1014 characters; expected at most 1000'],
    ['=3', 'INVALID_CONFIG: "=3" is not an assignment; expected path=value, such as epochs=10'],
    ['epoch=3', 'INVALID_CONFIG: mnist: unknown key "epoch"; did you mean "epochs"?'],
    [
      'learnigRate.initial=1',
      'INVALID_CONFIG: learnigRate.initial=1: an experiment has no "learnigRate"; did you mean "learningRate"?',
    ],
    ['learningRate.inital=1', 'INVALID_CONFIG: mnist: learningRate: unknown key "inital"; did you mean "initial"?'],
    [
      'optimizer.rul.momentum=0.9',
      'INVALID_CONFIG: optimizer.rul.momentum=0.9: optimizer has no "rul"; did you mean "rule"?',
    ],
    [
      'model.layers.dens0.units=1',
      'INVALID_CONFIG: model.layers.dens0.units=1: model.layers has no "dens0"; did you mean "dense0"?',
    ],
    [
      'model.layers.length=0',
      'INVALID_CONFIG: model.layers.length=0: model.layers has no "length"; expected flatten, dense0, batchNorm0, relu0, dense1',
    ],
    ['epochs.x=1', 'INVALID_CONFIG: epochs.x=1: epochs has no "x"'],
    [
      'validation.share=0.1',
      'INVALID_CONFIG: validation.share=0.1: validation is null; set all of it, as in validation={share: 0.1}',
    ],
    ['gradientClipping.max=0.1', 'set all of it, as in gradientClipping={type: clipNorm, max: 0.1}'],
    ['averaging.from=3', 'set all of it, as in averaging={type: swa, from: 3}'],
    ['stopping.finished.loss=0.1', 'stopping is null; set all of it, as in stopping={finished: {loss: 0.1}}'],
    [
      '__proto__.x=1',
      'INVALID_CONFIG: __proto__.x=1: an experiment has no "__proto__"; expected name, data, normalization',
    ],
    [
      'epochs=[1',
      'INVALID_CONFIG: epochs=[1: the value is not YAML: a bracket, a quote, a comma, a colon or a space is missing',
    ],
    ['batchSize=big', 'INVALID_CONFIG: mnist: batchSize is "big"; expected a whole number'],
  ])('%s', async (assignment, message) => {
    expect(await failure(() => loadExperiment('mnist', [assignment]))).toContain(message)
  })

  test.each([
    ['stage1.blok0.conv0.filters=1', 'model.layers has no "stage1.blok0.conv0"; did you mean "stage1.block0.conv0"?'],
    ['stage1.block0.conv7.filters=1', 'model.layers.stage1.block0 has no "conv7"; did you mean "conv0"?'],
    ['stage1.block0.kernel.x=1', 'model.layers.stage1.block0 has no "kernel"; expected type, name, layers, shortcut,'],
    ['nothing.alike=1', 'model.layers has no "nothing"; expected conv, batchNorm, relu, stage0.block0,'],
    ['999.filters=1', 'model.layers has no "999"; expected conv, batchNorm,'],
  ])('a layer that is not there: model.layers.%s', async (assignment, message) => {
    const model = resnet32({ depth: 8 })
    const found = await failure(() => override({ model }, [`model.layers.${assignment}`]))
    expect(found).toContain(`INVALID_CONFIG: model.layers.${assignment}: ${message}`)
    expect(found.length).toBeLessThan(600)
  })

  test('does not reach the prototype of anything', async () => {
    await failure(() => loadExperiment('mnist', ['record.__proto__.polluted=true']))
    await failure(() => loadExperiment('mnist', ['constructor.prototype.polluted=true']))
    expect('polluted' in {}).toBe(false)
  })
})
