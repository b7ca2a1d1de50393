import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadExperiment } from '../../../src/experiment/load-experiment.js'
import { paperPerceptron } from '../../../src/experiment/presets.js'
import { monitoredLayers } from '../../../src/model/describe-model.js'
import { rateTable } from '../../../src/schedule/rate-table.js'
import { isSchedule } from '../../../src/schedule/schedule.js'
import { bytesOf, expectRefusal, type Target } from '../target.js'

/** The settings that no preset uses. */
const further = `name: a
data: {type: synthetic, shape: [3, 8, 8], classes: 4, train: 40, test: 20}
model:
  type: network
  layers:
    - {type: conv, name: conv0, filters: 4, kernel: [3, 3], stride: 1, padding: same, groups: 1}
    - {type: batchNorm, name: bn0}
    - {type: residual, name: r, layers: [{type: conv, name: r.c, filters: 4, kernel: 3, padding: same}]}
    - {type: maxPool, name: p, size: 2}
    - {type: dropout, name: d, rate: 0.5}
    - {type: flatten, name: f}
    - &dense {type: dense, name: dense0, units: 4, init: {type: orthogonal, gain: 1}}
optimizer: {type: rotational, rule: {type: adam}, decay: 0.1}
regularization: {type: l2, factor: 0.1, except: [dense0]}
groups: [{match: {layers: [conv*], kind: kernel}, trained: false}]
learningRate: {type: warmup, epochs: 1, kind: exponential, schedule: {type: cosine, initial: 0.1}}
multipliers: {type: table, layers: {dense0: 2}}
epochs: 3
batchSize: 8
validation: {share: 0.25}
stopping: {early: {patience: 2}}
augmentation: {flip: true, crop: {padding: 2, mode: reflect}, randAugment: {magnitude: 5}, randomErasing: {scale: [0.1, 0.2]}, mixing: {mixup: 0.2, cutmix: 1}}
record: {steps: 2, neurons: true, references: [lastEpoch]}
`
const rotateTo = `name: b
data: {type: mnist}
model: {type: network, layers: [{type: flatten, name: f}, {type: dense, name: d, units: 10}]}
optimizer: {type: layca, rule: {type: sgd}}
learningRate: {type: rotateTo, target: [[0, 0], [4, 0.5]], layers: {"d*": [[0, 0], [2, 0.5]]}}
epochs: 4
batchSize: 1000
`

/** A YAML file or, where the first byte is that of a brace, JSON. */
export const config: Target = {
  seeds: () => [bytesOf(JSON.stringify(paperPerceptron())), bytesOf(further), bytesOf(rotateTo)],
  tokens: [
    ...[
      '__proto__: {polluted: 1}',
      '"__proto__":{"polluted":1},',
      'constructor: {prototype: {polluted: 1}}',
      '<<: *dense',
    ],
    ...[
      '&a [*a]',
      '!!js/function ',
      '!!binary ',
      '!!set ',
      '? ',
      '---\n',
      '{{{{',
      '[[[[',
      'type: ',
      'null',
      '~',
      '0x10',
    ],
    ...['folder: ../../etc', 'layers', '*', '1e999', '\t', '\u2028', '"\\u0000"', '%YAML 1.1\n', '|+9\n', '- - - '],
    ...[
      'oneCycle',
      'tabulated, values: [',
      'perLayer',
      'replay, run: /',
      'exponential',
      'polynomial',
      'initialWeights',
    ],
  ],
  run: (input, folder) => {
    const path = join(folder, input[0] === 0x7b ? 'experiment.json' : 'experiment.yaml')
    writeFileSync(path, input)
    return expectRefusal(async () => {
      const experiment = await loadExperiment(path)
      JSON.stringify(experiment)
      const { learningRate, epochs, model } = experiment
      if (!isSchedule(learningRate)) return
      const layers = monitoredLayers(model.layers)
      for (const epoch of [0, Math.floor(epochs / 2), epochs - 1]) {
        const wrong = rateTable(experiment, layers, epoch, 3).find((rate) => !(rate >= 0 && rate < Infinity))
        if (wrong !== undefined) throw new Error(`a rate is ${wrong} in epoch ${epoch}`)
      }
    })
  },
}
