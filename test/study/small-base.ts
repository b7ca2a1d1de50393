import { synthetic } from '../../src/data/synthetic/synthetic.js'
import type { ExperimentInput } from '../../src/experiment/config.js'
import { mlp } from '../../src/model/zoo/mlp.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { constant } from '../../src/schedule/curves/constant.js'
import { testDevice } from '../support/device.js'

/** The base of small studies: 90 made-up images train, 10 validate, two dense layers, 4 epochs. */
export const smallBase: ExperimentInput = {
  name: 'base',
  data: synthetic({ shape: [1, 4, 4], classes: 10, train: 100, test: 50 }),
  validation: { share: 0.1 },
  model: mlp({ hidden: [8] }),
  optimizer: sgd(),
  learningRate: constant(0.1),
  epochs: 4,
  batchSize: 30,
  device: testDevice,
  threads: 1,
}
