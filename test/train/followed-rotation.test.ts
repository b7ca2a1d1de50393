import { join } from 'node:path'
import { expect, test } from 'vitest'
import { adam } from '../../src/optimizer/rules/adam.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import type { Run } from '../../src/run/open-run.js'
import { constant } from '../../src/schedule/curves/constant.js'
import { replay } from '../../src/schedule/replay.js'
import { rotateTo } from '../../src/schedule/rotate-to.js'
import { train, type TrainOptions } from '../../src/train/train.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from './small-experiment.js'

const trained = (changes: Partial<typeof smallExperiment>, options: TrainOptions = {}): Promise<Run> =>
  train({ ...smallExperiment, ...changes }, { ...options, folder: join(temporaryFolder(), 'run') })

test("a replay turns each layer by another run's angles, whatever its rule", async () => {
  const adaptive = await trained({ optimizer: adam(), learningRate: constant(0.01) })
  const replayed = await trained({ learningRate: replay(adaptive.folder) })
  const [expected, found] = [await adaptive.steps(), await replayed.steps()]
  expect(found.steps).toEqual(expected.steps)
  const angles = found.column('angle')
  for (const [i, angle] of expected.column('angle').entries()) {
    expect(angle).toBeGreaterThan(1e-4)
    expect(Math.abs(angles[i]! - angle)).toBeLessThan(1e-6)
  }
  expect(found.column('rate')[0]).toBeCloseTo(Math.tan(expected.column('angle')[0]!), 12)
  expect(replayed.status.warnings).toBeUndefined()

  const longer = await failure(() => trained({ learningRate: replay(adaptive.folder), epochs: 4 }))
  expect(longer).toBe(
    `INVALID_CONFIG: learningRate.run: ${adaptive.folder} recorded 30 steps; expected each of the 40 steps of this run (record.steps=1)`,
  )
  const model = { ...smallExperiment.model, layers: smallExperiment.model.layers.map(renamed) }
  expect(await failure(() => trained({ learningRate: replay(adaptive.folder), model }))).toBe(
    `INVALID_CONFIG: learningRate.run: ${adaptive.folder} has 2 layers, of which the 1st is "dense0"; expected the 2 of this model, there "first"`,
  )
})

const renamed = <Layer extends { name: string }>(layer: Layer): Layer =>
  layer.name === 'dense0' ? { ...layer, name: 'first' } : layer

test('a run without every step recorded cannot be replayed', async () => {
  const sparse = await trained({ record: { ...smallExperiment.record, steps: 2 } })
  expect(await failure(() => trained({ learningRate: replay(sparse.folder) }))).toContain(
    'recorded steps 1 to 0, and then step 2; expected each of the 30 steps',
  )
  const without = await trained({ record: { ...smallExperiment.record, steps: 0 } })
  expect(await failure(() => trained({ learningRate: replay(without.folder) }))).toContain('has no recorded steps')
  expect(await failure(() => trained({ learningRate: replay(temporaryFolder()) }))).toMatch(/^MISSING_FILE/)
})

test('layers are driven along their targets', async () => {
  const target = rotateTo([[0, 0], [4, 0.3], [8, 0.3], [12, 0.45]], { layers: { dense1: [[0, 0], [12, 0.1]] } }) // prettier-ignore
  const progress: number[] = []
  const run = await trained(
    { optimizer: layca(sgd({ momentum: 0.5 })), learningRate: target, epochs: 12 },
    { onProgress: ({ step, steps }) => progress.push(step / steps) },
  )
  const expected = (epoch: number) => (epoch < 4 ? 0.075 * epoch : epoch < 8 ? 0.3 : 0.3 + 0.0375 * (epoch - 8))
  for (const [i, epoch] of run.rotation.epochs.entries()) {
    expect(Math.abs(run.rotation.layer('dense0')[i]! - expected(epoch))).toBeLessThan(0.02)
    expect(Math.abs(run.rotation.layer('dense1')[i]! - epoch / 120)).toBeLessThan(0.02)
  }
  expect(run.status.warnings).toBeUndefined()
  expect((await run.steps()).steps).toHaveLength(120)
  expect(run.metrics.at(-1)!.testAccuracy).toBeGreaterThan(0.8)
  for (const share of progress) expect(share).toBeLessThanOrEqual(1)
})

test('a target that was missed is reported', async () => {
  const run = await trained({ learningRate: rotateTo([[0, 0], [3, 0.9]]) }) // prettier-ignore
  const [warning = ''] = run.status.warnings!.filter((text) => text.startsWith('dense1'))
  const reached = run.rotation.layer('dense1').at(-1)!
  expect(reached).toBeLessThan(0.85)
  expect(warning).toMatch(/^dense1 missed its target by up to 0\.\d+: 0\.\d+ after epoch \d, expected 0\.\d$/)
})

test('driven runs repeat bit by bit', async () => {
  const learningRate = rotateTo([[0, 0], [3, 0.1]]) // prettier-ignore
  const [one, two] = [await trained({ learningRate }), await trained({ learningRate })]
  expect(two.rotation).toEqual(one.rotation)
  expect(two.metrics.map(({ trainLoss }) => trainLoss)).toEqual(one.metrics.map(({ trainLoss }) => trainLoss))
})
