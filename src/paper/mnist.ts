import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExperimentConfig } from '../experiment/experiment.js'
import { writeReport } from '../report/write-report.js'
import type { Run } from '../run/open-run.js'
import { json, writeWhole, writing } from '../run/write.js'
import { train, type TrainOptions } from '../train/train.js'
import { paperEpochs, paperMnistExperiments, type PaperMnistSettings } from './mnist-experiments.js'
import { mnistRow, type MnistRow, type MnistSummary } from './mnist-summary.js'
import { mnistTable } from './mnist-table.js'
import { publishedAt } from './published-mnist.js'

/** One of the four trainings. */
export interface PaperTraining {
  /** 0-based, of `count`. */
  index: number
  count: number
  config: ExperimentConfig
}

export interface PaperMnistOptions
  extends PaperMnistSettings, Pick<TrainOptions, 'runsFolder' | 'signal' | 'onStart' | 'onProgress' | 'onEpochEnd'> {
  /** Before each training. */
  onTraining?: ((training: PaperTraining) => void) | undefined
  /** After each training, once the summary and the report hold it. */
  onTrained?: ((training: PaperTraining, run: Run, row: MnistRow) => void) | undefined
}

export interface PaperMnist {
  /** Holds the run folders, summary.json, report.html and figures/. */
  folder: string
  summary: MnistSummary
  /** Path of report.html. */
  report: string
}

/**
 * Repeats the paper's MNIST experiment (sections 2 and 6 of arXiv 1806.01603v2 and its notebook): trains the perceptron at
 * four learning rates in turn, each in a new run folder `<runsFolder>/paper-mnist/<time>-rate-<rate>`, and compares them
 * with the published numbers in summary.json, report.html and figures/ beside them. These are written after each training,
 * with the trainings of this call that have finished; those of an earlier call stay until then, its run folders for good.
 *
 * @throws {LayerRotationError} as `train`; what has finished before stays in the summary
 */
export async function paperMnist(options: PaperMnistOptions = {}): Promise<PaperMnist> {
  const { runsFolder = 'runs', onTraining, onTrained, ...rest } = options
  const experiments = paperMnistExperiments(options)
  const folder = join(runsFolder, 'paper-mnist')
  const finished: Run[] = []
  const summary: MnistSummary = { rows: [] }
  let report = ''
  for (const [index, config] of experiments.entries()) {
    const training = { index, count: experiments.length, config }
    onTraining?.(training)
    const run = await train(config, { ...rest, runsFolder, label: `rate-${config.learningRate.initial.toFixed(4)}` })
    const row = mnistRow(run, publishedAt(config.learningRate.initial))
    finished.push(run)
    summary.rows.push(row)
    report = await writeResults(folder, finished, summary)
    onTrained?.(training, run, row)
  }
  return { folder, summary, report }
}

async function writeResults(folder: string, runs: readonly Run[], summary: MnistSummary): Promise<string> {
  await writing(folder, () => mkdir(folder, { recursive: true }))
  const report = await writeReport(runs, folder, {
    title: 'Layer rotation on MNIST: ours and the paper’s',
    lead: lead(runs),
    published: mnistTable(summary),
    comparison: {
      layer: 'dense0',
      published: runs.map(({ config }, run) => ({ run, points: publishedAt(config.learningRate.initial).curve })),
    },
  })
  await writeWhole(join(folder, 'summary.json'), json(summary))
  return report
}

function lead(runs: readonly Run[]): string {
  const [first] = runs
  const whole =
    'A perceptron with one hidden layer is trained with Layca, which turns each layer by a set angle a step, at several ' +
    'learning rates. The paper finds that all of them fit the training images, and that the more the layers turn away from ' +
    'their initial weights, the better the network does on images that it has not seen.'
  const epochs = first?.config.epochs ?? paperEpochs
  if (epochs === paperEpochs) return whole
  return `${whole} This is a trial of ${epochs} of the paper’s ${paperEpochs} epochs: its numbers cannot be compared with the published ones.`
}
