import { describe, expect, test } from 'vitest'
import { loadExperiment } from '../../src/experiment/load-experiment.js'
import { override } from '../../src/experiment/overrides.js'
import { presets } from '../../src/experiment/presets.js'
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

  test('finds layers by name or index', async () => {
    const { model } = await loadExperiment('mnist', ['model.layers.dense0.units=100', 'model.layers.2.epsilon=1e-5'])
    expect(model.layers[1]).toMatchObject({ name: 'dense0', units: 100 })
    expect(model.layers[2]).toMatchObject({ name: 'batchNorm0', epsilon: 1e-5 })
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
    ['epochs', 'INVALID_CONFIG: "epochs" sets nothing; expected path=value, such as epochs=10'],
    ['=3', 'INVALID_CONFIG: "=3" sets nothing; expected path=value, such as epochs=10'],
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
    ['epochs.x=1', 'INVALID_CONFIG: epochs.x=1: epochs has no "x"'],
    [
      '__proto__.x=1',
      'INVALID_CONFIG: __proto__.x=1: an experiment has no "__proto__"; there is name, data, normalization',
    ],
    ['epochs=[1', 'INVALID_CONFIG: epochs=[1: the value is no YAML: Flow sequence must end with a ]'],
    ['batchSize=big', 'INVALID_CONFIG: mnist: batchSize is "big"; expected a finite number'],
  ])('%s', async (assignment, message) => {
    expect(await failure(() => loadExperiment('mnist', [assignment]))).toContain(message)
  })

  test('does not reach the prototype of anything', async () => {
    await failure(() => loadExperiment('mnist', ['record.__proto__.polluted=true']))
    await failure(() => loadExperiment('mnist', ['constructor.prototype.polluted=true']))
    expect('polluted' in {}).toBe(false)
  })
})
