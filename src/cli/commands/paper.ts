import path from 'node:path'
import { styleText } from 'node:util'
import { rateLabel } from '../../figure/rate-label.js'
import type { PaperTraining } from '../../paper/mnist.js'
import type { MnistRow } from '../../paper/mnist-summary.js'
import { defineCommand } from '../command.js'
import { cosineDistance, duration } from '../format.js'
import { interruptible } from '../interruption.js'
import { environmentNotice, sharedOptions, wholeNumber } from '../options.js'
import { print } from '../output.js'
import type { TrainingDisplay } from '../progress/display.js'
import { clickablePath } from '../terminal/path.js'

export const paper = defineCommand({
  command: 'paper <task>',
  describe: 'Repeat an experiment of the paper',
  positionals: {
    task: { type: 'string', choices: ['mnist'], demandOption: true, describe: 'Which' },
  },
  options: {
    ...sharedOptions,
    epochs: {
      type: 'number',
      requiresArg: true,
      describe: 'Fewer than the 100 of the paper, for a trial; the numbers then differ from the published ones',
      defaultDescription: '100',
      coerce: (value: number) => wholeNumber(value, '--epochs'),
    },
  },
  examples: [
    ['paper mnist', 'Four trainings, one after the other, on all cores or the GPU'],
    ['paper mnist --seed 2 --runs again', 'With other random numbers, into another folder'],
  ],
  notes: [
    'mnist: the perceptron 784-784-10 with batch normalisation on 1,000 images a class, in batches of 2,048, trained ' +
      'with Layca-SGD at learning rates of 3^-2, 3^-2.5, 3^-3 and 3^-4. <runs>/paper-mnist gets the four run folders, ' +
      'summary.json, and report.html with figures/. On any seed the test accuracies lie within 0.6 points of those ' +
      'published: 96.75, 96.60, 96.54 and 95.81 %.',
    environmentNotice,
  ],
  handler: async ({ runs = 'runs', task: _task, ...settings }) => {
    const { paperMnist } = await import('../../paper/mnist.js')
    const { mnistTable } = await import('../../paper/mnist-table.js')
    const { trainingDisplay } = await import('../progress/display.js')
    const { comparisonTable } = await import('../terminal/comparison-table.js')
    print(`${styleText('bold', 'MNIST')}  the paper's perceptron under Layca at four learning rates`)

    let display: TrainingDisplay | undefined
    const { folder, summary, report } = await interruptible(
      (signal) =>
        paperMnist({
          ...settings,
          runsFolder: runs,
          signal,
          onTraining: (training) => {
            display = trainingDisplay(title(training))
          },
          onStart: (start) => display?.listeners.onStart?.(start),
          onProgress: (progress) => display?.listeners.onProgress?.(progress),
          onEpochEnd: (end) => display?.listeners.onEpochEnd?.(end),
          onTrained: (_training, _run, row) => {
            display?.end()
            print(describeRow(row))
          },
        }),
      () => display?.note('Stopping after this step; Ctrl-C once more leaves at once.'),
    ).finally(() => display?.end())

    print(
      '',
      ...comparisonTable(mnistTable(summary), process.stdout.columns || 80),
      '',
      `report    ${clickablePath(report)}`,
      `summary   ${clickablePath(path.join(folder, 'summary.json'))}`,
      `figures   ${clickablePath(path.join(folder, 'figures'))}`,
    )
  },
})

function title({ index, count, config }: PaperTraining): string {
  return `learning rate ${rateLabel(config.learningRate.initial)}, ${index + 1} of ${count}`
}

/** The line that stays of a training. */
function describeRow({ learningRate, testAccuracy, trainAccuracy, rotation, seconds }: MnistRow): string {
  return [
    `${styleText('green', '✓')} ${rateLabel(learningRate).padEnd(5)}`,
    `test ${testAccuracy.toFixed(2)} %`,
    `train ${trainAccuracy.toFixed(2)} %`,
    `rotation of dense0 ${cosineDistance(rotation['dense0'] ?? NaN)}`,
    duration(seconds),
  ].join('  ')
}
