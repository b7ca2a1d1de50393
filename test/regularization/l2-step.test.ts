import { expect, test } from 'vitest'
import { synthetic } from '../../src/data/synthetic/synthetic.js'
import { experiment } from '../../src/experiment/experiment.js'
import { mlp } from '../../src/model/zoo/mlp.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { l2 } from '../../src/regularization/l2.js'
import { constant } from '../../src/schedule/curves/constant.js'
import { train } from '../../src/train/train.js'
import { testDevice } from '../support/device.js'
import { temporaryFolder } from '../support/temporary-folder.js'

test('one step of SGD with l2(w) takes 2·w·rate of the weights away, in layers that are not excepted', async () => {
  const [rate, w] = [0.5, 0.1]
  const step = (regularization: ReturnType<typeof l2> | null) =>
    train(
      experiment({
        name: 'l2-step',
        data: synthetic({ shape: [1, 4, 4], classes: 2, train: 8, test: 2 }),
        model: mlp({ hidden: [3], classes: 2 }),
        optimizer: sgd(),
        regularization,
        learningRate: constant(rate),
        epochs: 1,
        batchSize: 8,
        device: testDevice,
      }),
      { runsFolder: temporaryFolder() },
    )
  const [without, decayed] = [await step(null), await step(l2(w, { except: ['dense1'] }))]
  const initial = await without.weights('initial')
  const [free, pulled] = [await without.weights('last'), await decayed.weights('last')]
  const difference = (name: string) => pulled.get(name)!.data.map((value, i) => value - free.get(name)!.data[i]!)
  const expected = initial.get('dense0.weight')!.data.map((value) => -2 * w * rate * value)
  for (const [i, value] of difference('dense0.weight').entries()) expect(value).toBeCloseTo(expected[i]!, 6)
  expect(Math.hypot(...expected)).toBeGreaterThan(0.1)
  for (const name of ['dense0.bias', 'dense1.weight', 'dense1.bias']) {
    for (const value of difference(name)) expect(value).toBe(0)
  }
})
