import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { adaptive } from '../../src/paper/experiments/adaptive.js'
import { replay } from '../../src/paper/experiments/replay.js'
import { goingFurther } from '../../src/paper/experiments/going-further.js'
import { weightDecay } from '../../src/paper/experiments/weight-decay.js'
import { paperStudy } from '../../src/paper/paper-study.js'
import { keepLedger, plannedPoints } from '../../src/study/keep-ledger.js'
import { readLedger } from '../../src/study/ledger.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

describe('the study of an experiment', () => {
  test('has the points of the experiment for the chosen tasks, seeds and machine', () => {
    const { name, first, second } = paperStudy(weightDecay, {
      scale: 'full',
      tasks: ['tiny-CNN'],
      seeds: [4, 5],
      device: 'cpu',
      threads: 2,
    })
    expect(name).toBe('paper-weight-decay')
    expect(first).toMatchObject({ name, base: null, axes: ['task', 'method', 'seed'] })
    expect(first.points.map(({ values }) => values)).toEqual(
      [4, 5].flatMap((seed) => ['SGD', 'SGD+L2'].map((method) => ({ task: 'tiny-CNN', method, seed }))),
    )
    for (const { experiment, values } of first.points) {
      expect(experiment).toMatchObject({ name, device: 'cpu', threads: 2, seed: values['seed'] })
    }
    expect(second('/runs/paper-weight-decay', [])).toBeUndefined()
  })

  test('has another name, and three seeds, for a laptop', () => {
    const { name, first } = paperStudy(adaptive, { scale: 'laptop' })
    expect(name).toBe('paper-adaptive-laptop')
    expect(new Set(first.points.map(({ values }) => values['seed']))).toEqual(new Set([1, 2, 3]))
    expect(paperStudy(adaptive, { scale: 'laptop', seeds: [7] }).first.points).toHaveLength(6)
  })

  test('refuses a scale that the experiment lacks, and tasks that it lacks at a scale', async () => {
    expect(await failure(() => paperStudy(goingFurther, { scale: 'laptop' }))).toContain(
      'going-further: there is no version for a laptop; expected --scale full',
    )
    expect(await failure(() => paperStudy(adaptive, { scale: 'laptop', tasks: ['C100-WRN'] }))).toContain(
      'selection of adaptive: ',
    )
    expect(await failure(() => paperStudy(adaptive, { scale: 'full', tasks: ['MNIST'] }))).toContain('tasks.0')
  })
})

test('replays follow the runs that they need, in the same ledger', async () => {
  const folder = join(temporaryFolder(), 'paper-replay')
  const { first, second } = paperStudy(replay, { scale: 'full', tasks: ['C10-CNN1', 'tiny-CNN'] })
  expect(first.points.map(({ values }) => values['run'])).toEqual(['adaptive', 'SGD+L2', 'adaptive', 'SGD+L2'])
  const trained = await keepLedger(first, folder)
  expect(second(folder, [])).toBeUndefined()

  // The adaptive run of the other task has failed.
  const some = second(folder, trained.slice(0, 2))!
  expect(some.points.map(({ values }) => [values['task'], values['run']])).toEqual([
    ['C10-CNN1', 'adaptive'],
    ['C10-CNN1', 'SGD+L2'],
    ['C10-CNN1', 'replay'],
  ])
  const run = join(folder, trained[0]!.folder)
  expect(some.points[2]!.experiment).toMatchObject({
    learningRate: { type: 'replay', run },
    initialWeights: join(run, 'checkpoints', 'initial', 'model.safetensors'),
  })
  await keepLedger(second(folder, trained)!, folder)
  expect((await readLedger(folder)).points).toHaveLength(6)
  // The same command again finds the same points.
  expect(await plannedPoints(first, folder)).toEqual(trained)
  expect(await keepLedger(first, folder)).toEqual(trained)
  expect((await readLedger(folder)).points).toHaveLength(6)
})
