import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { measures } from '../../src/rotation/measures.js'
import type { TrainedRun } from '../../src/run/open-run.js'
import { train } from '../../src/train/train.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { unit, type FakeTrainer } from './fake-trainer.js'
import { fakeTraining } from './fake-training.js'
import { smallExperiment } from './small-experiment.js'

const nothingMore = { steps: 0, neurons: false, spectral: false, references: [] }

/** A run of 10 steps an epoch whose records follow from step and layer alone. */
async function recorded(change: Partial<ExperimentConfig>): Promise<{ run: TrainedRun; trainer: FakeTrainer }> {
  const { run, trainer, training } = await fakeTraining(change, () => ({}))
  await training.run()
  return { run: await run(), trainer }
}

/** A line of layers.csv whose records are `value`, times 1 for the first measure and so on; the rate is the seventh. */
function line(place: string, value: number, loss: number): string {
  const records = [1, 2, 3, 4, 5, 6, 7].map((factor) => factor * value * unit)
  return [place, ...records.slice(0, 6), 0.1, records[6], loss].join(',')
}

const range = (length: number) => Array.from({ length }, (_, i) => i)

describe('layers.csv', () => {
  test('has the layers after the first and the last step of each epoch', async () => {
    const { run, trainer } = await recorded({ epochs: 3, record: nothingMore })
    expect(trainer.requests.map(({ record }) => record)).toEqual(
      Array(3).fill({ steps: Int32Array.of(0, 9), neurons: false, spectral: false, references: [] }),
    )
    const text = readFileSync(join(run.folder, 'layers.csv'), 'utf8')
    expect(text.split('\n').slice(0, 6)).toEqual([
      'epoch,step,layer,rotation,angle,norm,gradient_norm,radial,tangential,rate,effective_rate,loss',
      line('0.1,1,dense0', 0, 1 / 8),
      line('0.1,1,dense1', 0.1, 1 / 8),
      line('1,10,dense0', 9, 10 / 8),
      line('1,10,dense1', 9.1, 10 / 8),
      line('1.1,11,dense0', 0, 1 / 8),
    ])
    const layers = await run.layers()
    expect([...layers.steps]).toEqual([1, 10, 11, 20, 21, 30])
    expect([...layers.layer('dense1', 'epoch')]).toEqual([0.1, 1, 1.1, 2, 2.1, 3])
    expect([...layers.layer('dense0', 'rate')]).toEqual([0.1, 0.1, 0.1, 0.1, 0.1 * 0.2, 0.1 * 0.2])
    expect([...layers.layer('dense1')]).toEqual([0.1, 9.1, 0.1, 9.1, 0.1, 9.1].map((value) => value * unit))
    expect(layers.columns).toEqual(['epoch', ...measures.map(({ name }) => name)])
  })

  test('gives the rotation at the paper’s moments', async () => {
    const { run } = await recorded({ epochs: 3, record: nothingMore })
    const rotation = await run.paperRotation()
    expect(rotation.epochs).toEqual([0, 0.1, 1.1, 2.1])
    expect(rotation.layer('dense1')).toEqual([0, 0.1, 0.1, 0.1].map((value) => value * unit))
  })

  test('of epochs of one step has one record each', async () => {
    const { run } = await recorded({ epochs: 3, batchSize: 1000, record: nothingMore })
    expect([...(await run.layers()).steps]).toEqual([1, 2, 3])
    expect((await run.paperRotation()).epochs).toEqual([0, 1, 2, 3])
  })

  test('knows each layer’s own factor of the rate', async () => {
    const groups = [{ match: { layers: ['dense1'] }, rate: 0.5 }]
    const { run, trainer } = await recorded({ epochs: 1, record: nothingMore, groups })
    const layers = await run.layers()
    expect([...layers.layer('dense0', 'rate')]).toEqual([0.1, 0.1])
    expect([...layers.layer('dense1', 'rate')]).toEqual([0.05, 0.05])
    expect(new Set(trainer.requests[0]!.rates)).toEqual(new Set([0.1]))
  })
})

describe('steps/', () => {
  test('has every k-th step of the run', async () => {
    const { run } = await recorded({ epochs: 4, record: { ...nothingMore, steps: 15 } })
    const steps = await run.steps()
    expect([...steps.steps]).toEqual([15, 30])
    expect([...steps.rows()].slice(1, 3)).toEqual([
      expect.objectContaining({ step: 15, layer: 'dense1', rotation: 4.1 * unit, angle: 8.2 * unit, rate: 0.1 }),
      expect.objectContaining({
        step: 30,
        layer: 'dense0',
        rotation: 9 * unit,
        tangential: 54 * unit,
        rate: 0.1 * 0.2,
      }),
    ])
    expect(steps.columns).toEqual((await run.layers()).columns.slice(1))
    expect((await run.steps(['angle'])).columns).toEqual(['angle'])
  })
})

describe('references, neurons and spectral measures', () => {
  test('are columns after the others', async () => {
    const record = { steps: 10, neurons: true, spectral: true, references: ['lastEpoch', 'weights.safetensors'] }
    const { run, trainer } = await recorded({ epochs: 2, record })
    const added = [
      'rotation_from_lastEpoch',
      'rotation_from_weights.safetensors',
      ...['rotation', 'angle'].flatMap((what) => [0, 25, 50, 75, 100].map((q) => `neuron_${what}_q${q}`)),
      'spectral_norm',
      'stable_rank',
      'spectral_change',
      'spectral_update',
      'relative_update',
    ]
    const [layers, steps] = [await run.layers(), await run.steps()]
    expect(layers.columns.slice(1 + measures.length)).toEqual(added)
    expect(steps.columns.slice(measures.length)).toEqual(added)
    expect([...steps.layer('dense1', 'rotation_from_weights.safetensors')]).toEqual([
      9.1 * 102 * unit,
      9.1 * 102 * unit,
    ])
    expect(range(5).map((i) => steps.layer('dense1', added[2 + i])[0])).toEqual([0, 0.25, 0.5, 0.75, 9.1 * unit])
    expect(steps.layer('dense1', 'neuron_angle_q100')[1]).toBe(18.2 * unit)
    expect(steps.layer('dense1', 'relative_update')[1]).toBe(5 * 9.1 * unit)
    // The last epoch's weights are taken at the start of each one.
    expect(trainer.references).toEqual(Array(2).fill(['lastEpoch', undefined]))
  })

  test('are what the weights say', async () => {
    const folder = temporaryFolder()
    const first = await train({ ...smallExperiment, record: nothingMore }, { folder: join(folder, 'first') })
    const file = join(first.folder, 'checkpoints', 'initial', 'model.safetensors')
    const record = { steps: 4, neurons: true, spectral: true, references: ['lastEpoch', file] }
    const run = await train({ ...smallExperiment, record }, { folder: join(folder, 'run') })
    const [layers, steps] = [await run.layers(), await run.steps()]
    expect([...layers.steps]).toEqual([1, 10, 11, 20, 21, 30])
    expect([...steps.steps]).toEqual([4, 8, 12, 16, 20, 24, 28])
    for (const name of layers.layers) {
      const of = (column: string) => layers.layer(name, column)
      // The same seed draws the same initial weights.
      of(`rotation_from_${file}`).forEach((value, i) => expect(value).toBeCloseTo(of('rotation')[i]!, 12))
      expect(of('rotation')[1]).toBeCloseTo(run.rotation.layer(name)[1]!, 12)
      expect((await run.paperRotation()).layer(name)[2]).toBe(of('rotation')[2])
      const weights = (await run.weights('last')).get(`${name}.weight`)!.data
      expect(of('norm')[5]! / Math.hypot(...weights)).toBeCloseTo(1, 6)
      for (const i of range(6)) {
        const [angle, norm, rate] = ['angle', 'norm', 'rate'].map((column) => of(column)[i]!) as [
          number,
          number,
          number,
        ]
        expect(angle).toBeCloseTo(Math.atan(rate), 6)
        expect(of('tangential')[i]! / (norm * Math.sin(angle))).toBeCloseTo(1, 5)
        expect(of('radial')[i]! / (norm * (Math.cos(angle) - 1))).toBeCloseTo(1, 2)
        expect((of('effective_rate')[i]! * norm ** 2) / rate).toBeCloseTo(1, 5)
        expect(of('gradient_norm')[i]).toBeGreaterThan(0)
        // Layca keeps the norm, so that it is that of before the step, too.
        const step = Math.hypot(of('tangential')[i]!, of('radial')[i]!)
        expect((of('relative_update')[i]! * norm) / step).toBeCloseTo(1, 5)
        expect((of('stable_rank')[i]! * of('spectral_norm')[i]! ** 2) / norm ** 2).toBeCloseTo(1, 5)
        expect(of('spectral_update')[i]).toBeGreaterThan(0)
        expect(of('spectral_change')[i]! / of('relative_update')[i]! / norm).toBeLessThanOrEqual(1 + 1e-6)
        // One step after the start of the epoch.
        if (i % 2 === 0) expect(of('rotation_from_lastEpoch')[i]).toBeCloseTo(1 - Math.cos(angle), 6)
        const quantiles = [0, 25, 50, 75, 100].map((q) => of(`neuron_angle_q${q}`)[i]!)
        expect(quantiles).toEqual([...quantiles].sort((a, b) => a - b))
        expect(quantiles[4]).toBeGreaterThan(angle)
      }
    }
  })

  test('of a file that is not there, or of another model, are refused before anything is written', async () => {
    const attempt = async (reference: string) => {
      const runsFolder = temporaryFolder()
      const record = { ...nothingMore, references: [reference] }
      const message = await failure(() => train({ ...smallExperiment, record }, { runsFolder }))
      expect(readdirSync(runsFolder)).toEqual([])
      return message
    }
    expect(await attempt('no/such')).toBe('MISSING_FILE: no/such does not exist; expected a safetensors file')
    expect(await attempt('package.json')).toContain(
      'INVALID_FILE: package.json is not a safetensors file but JSON; the index of weights',
    )
  })
})
