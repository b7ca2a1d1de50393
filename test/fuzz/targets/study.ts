import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadStudy } from '../../../src/study/load-study.js'
import { pointFolder } from '../../../src/study/point-folder.js'
import { bytesOf, expectRefusal, type Target } from '../target.js'

const crossed = `name: controls
base: mnist
axes:
  - optimizer: [{type: sgd}, {type: layca, rule: {type: sgd}}]
    learningRate.initial: [0.333, 0.037]
  - seed: [1, 2, 3]
`
const whole = `name: sizes
base:
  name: a
  data: {type: synthetic, shape: [3, 8, 8], classes: 4, train: 40, test: 20}
  model: {type: mlp, hidden: [8], classes: 4}
  optimizer: {type: sgd}
  learningRate: {type: constant, initial: 0.1}
  epochs: 3
  batchSize: 8
axes: {batchSize: [4, 8], seed: [0, 1]}
`

/** The file of a study: YAML or, where the first byte is that of a brace, JSON. */
export const studyFile: Target = {
  seeds: () => [bytesOf(crossed), bytesOf(whole), bytesOf('{"name":"s","base":"mnist","axes":{"seed":[1,2]}}')],
  tokens: [
    '__proto__: {polluted: 1}',
    '"__proto__":{"polluted":1},',
    'base: ../../etc/passwd',
    'seed: [1, 1]',
    'seed: []',
    '&a [*a]',
    'points: []',
    'constructor.prototype: [1]',
    'model.layers.0.units: [1, 2]',
    '3^-3',
    '1e999',
    'null',
    '[[[[',
    '\u2028',
  ],
  run: (input, folder) => {
    const path = join(folder, input[0] === 0x7b ? 'study.json' : 'study.yaml')
    writeFileSync(path, input)
    return expectRefusal(async () => {
      const { points } = await loadStudy(path, [])
      for (const point of points) {
        const name = pointFolder(point)
        if (!/^[\w.-]{1,200}$/.test(name) || name.startsWith('.')) throw new Error(`a folder is called ${name}`)
      }
    })
  },
}
