import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { comparePaper } from '../../../src/paper/comparison/compare.js'
import { comparisonRows } from '../../../src/paper/comparison/rows.js'
import { alphaRho } from '../../../src/paper/experiments/alpha-rho.js'
import type { PaperExperiment } from '../../../src/paper/experiments/experiment.js'
import { paperExperiments } from '../../../src/paper/experiments/experiments.js'
import { mnist } from '../../../src/paper/experiments/mnist.js'
import { paperStudy } from '../../../src/paper/paper-study.js'
import type { Scale } from '../../../src/paper/scale.js'
import { accuracyPoints } from '../../../src/paper/report/accuracy-points.js'
import { disagreements } from '../../../src/paper/report/disagreements.js'
import { paperFigures } from '../../../src/paper/report/paper-figures.js'
import { paperView } from '../../../src/paper/report/paper-view.js'
import { reportPaper } from '../../../src/paper/report/report-paper.js'
import { trainingsIn } from '../../../src/paper/comparison/trainings.js'
import { keepLedger } from '../../../src/study/keep-ledger.js'
import { openStudy } from '../../../src/study/open-study.js'
import { readLedger, runFolder, type LedgerPoint } from '../../../src/study/ledger.js'
import { train } from '../../../src/train/train.js'
import { lendRun } from '../../study/lend-run.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { smallExperiment } from '../../train/small-experiment.js'

/** A study of the paper in which some points have a run of a small network. */
async function studyOf(
  experiment: PaperExperiment,
  scale: Scale,
  isTrained: (point: LedgerPoint) => boolean,
): Promise<string> {
  const folder = join(temporaryFolder(), 'study')
  const points = await keepLedger(paperStudy(experiment, { scale, seeds: [1, 2] }).first, folder)
  const trained = join(temporaryFolder(), 'run')
  await train(smallExperiment, { folder: trained })
  await lendRun(folder, points.filter(isTrained), trained)
  return folder
}

const figuresIn = (folder: string): string[] =>
  readdirSync(join(folder, 'figures')).filter((name) => name.startsWith('paper-') && name.endsWith('.svg'))

const reportOn = async (experiment: PaperExperiment, scale: Scale, folder: string): Promise<string> => {
  const path = await reportPaper(experiment, await openStudy(folder), await comparePaper(experiment, scale, folder))
  expect(path).toBe(join(folder, 'report.html'))
  return readFileSync(path, 'utf8')
}

describe('the report on an experiment', () => {
  test('of a full study with one run has its figures and dashes', async () => {
    const folder = await studyOf(mnist, 'full', ({ values }) => values['rate'] === 3 ** -3 && values['seed'] === 2)
    const page = await reportOn(mnist, 'full', folder)
    expect(page).toContain('1 of 14 runs are finished')
    expect(page).toContain('The trainings have the paper’s size')
    expect(page).toContain('96.75')
    expect(figuresIn(folder)).toEqual(['paper-accuracy-over-rate.svg', 'paper-rotation.svg'])
    for (const name of ['study.csv', 'study.json', 'comparison.json']) expect(existsSync(join(folder, name))).toBe(true)
  })

  test('of a laptop has the published accuracies of larger trainings, and no published losses', async () => {
    const folder = await studyOf(alphaRho, 'laptop', ({ values }) => values['rho'] === 3 ** -3)
    const page = await reportOn(alphaRho, 'laptop', folder)
    expect(page).toContain('a fifth of the images, 16 epochs')
    expect(page).toContain('The published trainings are larger: compare the shapes.')
    expect(page).toContain(
      'The published curves are those of longer trainings and are not drawn; dashed is our reference.',
    )
    expect(figuresIn(folder)).toEqual([
      'paper-accuracy-over-alpha.svg',
      'paper-accuracy-over-rho.svg',
      'paper-alpha-multipliers.svg',
      'paper-rotation.svg',
      'paper-training-loss-c10-cnn1.svg',
      'paper-training-loss-c100-resnet.svg',
    ])
  })

  test('draws a training that has not finished as far as it is, and says so', async () => {
    const isReference = ({ values }: LedgerPoint) => values['task'] === 'C100-resnet' && values['rho'] === 3 ** -3
    const folder = await studyOf(alphaRho, 'laptop', isReference)
    const [first] = (await readLedger(folder)).points.filter(isReference)
    const status = join(runFolder(folder, first!), 'status.json')
    const finished = readFileSync(status, 'utf8')
    writeFileSync(status, finished.replace('"finished"', '"interrupted"'))
    expect(await reportOn(alphaRho, 'laptop', folder)).not.toContain('drawn as far as it is')

    const [second] = (await readLedger(folder)).points.filter(isReference).slice(1)
    cpSync(status, join(runFolder(folder, second!), 'status.json'))
    const page = await reportOn(alphaRho, 'laptop', folder)
    expect(page).toContain('0 of 22 runs are finished')
    expect(page).toContain('Not finished, and drawn as far as it is: ')
    expect(figuresIn(folder)).toEqual(['paper-alpha-multipliers.svg', 'paper-rotation.svg', 'paper-training-loss.svg'])
  })

  test('of a study without any run has no figures of the paper', async () => {
    const folder = await studyOf(alphaRho, 'laptop', () => false)
    expect(await reportOn(alphaRho, 'laptop', folder)).toContain('0 of 22 runs are finished')
    expect(figuresIn(folder)).toEqual([])
  })
})

test('every experiment has figures and says which numbers it compares with', async () => {
  for (const experiment of paperExperiments) {
    expect(disagreements[experiment.name]?.length, experiment.name).toBeGreaterThan(0)
    const view = { axes: [], trainings: [], reference: {}, isScaled: false }
    expect(await paperFigures(experiment, view, []), experiment.name).toEqual([])
  }
})

test('a view has the published curves, and no axis that follows from another', async () => {
  const folder = join(temporaryFolder(), 'study')
  const viewOf = async (name: string, scale: Scale) => {
    const experiment = paperExperiments.find((one) => one.name === name)!
    const own = join(folder, name, scale)
    await keepLedger(paperStudy(experiment, { scale }).first, own)
    const trainings = trainingsIn(experiment, scale, (await readLedger(own)).points)
    return paperView(own, trainings, { ...experiment, isScaled: scale === 'laptop' })
  }
  const full = await viewOf('alpha-rho', 'full')
  expect(full.axes.map(({ name }) => name)).toEqual(['task', 'alpha', 'rho'])
  // 16 settings of three tasks; training_speed.eps has the reference of C10-CNN1 at 2.0004 after an epoch.
  const curves = full.trainings.flatMap(({ published }) => (published.losses ? [published.losses] : []))
  expect(curves).toHaveLength(48)
  expect(curves[0]![0]).toEqual({ epoch: 1, loss: expect.closeTo(2.0004, 4) as unknown })
  const adaptive = await viewOf('adaptive', 'full')
  expect(adaptive.axes.map(({ name }) => name)).toEqual(['task', 'method'])
  expect((await viewOf('adaptive', 'laptop')).axes.map(({ name }) => name)).toEqual(['rule', 'method'])
  expect((await viewOf('warmup', 'full')).axes.map(({ name }) => name)).toEqual(['method', 'warmup'])
})

test('the accuracies along an axis are ours at the others’ values, and all published ones of the task', () => {
  const group = (alpha: number, rho: number) => ({
    values: { task: 'C10-CNN1', alpha, rho },
    quantities: [
      { key: 'testAccuracy', title: 'test accuracy (%)', digits: 2, published: null, source: null },
      { key: 'trainAccuracy', title: 'train accuracy (%)', digits: 2, published: null, source: null },
    ],
    measured: new Map([
      [
        1,
        new Map([
          ['testAccuracy', 80 + alpha],
          ['trainAccuracy', 90],
        ]),
      ],
      [
        2,
        new Map([
          ['testAccuracy', 82 + alpha],
          ['trainAccuracy', 100],
        ]),
      ],
    ]),
  })
  const rows = comparisonRows([group(0, 3 ** -3), group(0.6, 3 ** -3), group(0, 3 ** -4)], { isScaled: true })
  const points = accuracyPoints(alphaRho, rows, { axis: 'alpha', at: { rho: 3 ** -3 } })
  expect(points.filter(({ ours }) => ours !== null)).toEqual([
    {
      task: 'C10-CNN1',
      value: 0,
      ours: { testAccuracy: 81, deviation: Math.SQRT2, trainAccuracy: 95 },
      published: null,
    },
    {
      task: 'C10-CNN1',
      value: 0.6,
      ours: {
        testAccuracy: expect.closeTo(81.6) as unknown,
        deviation: expect.closeTo(Math.SQRT2) as unknown,
        trainAccuracy: 95,
      },
      published: null,
    },
  ])
  const published = points.flatMap(({ value, published }) => (published ? [[value, published.testAccuracy]] : []))
  expect(published).toHaveLength(13)
  expect(published).toEqual(
    expect.arrayContaining([
      [0, 88.45],
      [0.1, 88.87],
      [-0.8, 78.95],
    ]),
  )
})
