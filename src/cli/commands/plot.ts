import { dirname, extname } from 'node:path'
import type { ExperimentConfig } from '../../experiment/config.js'
import { LayerRotationError } from '../../errors.js'
import { defineCommand } from '../command.js'
import { settings, settingsPositional, wholeNumber } from '../options.js'
import { print } from '../output.js'
import { clickablePath } from '../terminal/path.js'

/** The steps an epoch for data whose number of images only its files tell. */
const assumedSteps = 100

export const plot = defineCommand({
  command: 'plot <what> <experiment> [settings..]',
  describe: 'Draw the learning rates of an experiment before it runs',
  positionals: {
    what: { type: 'string', demandOption: true, choices: ['schedule'], describe: 'The learning rate of each layer' },
    experiment: {
      type: 'string',
      demandOption: true,
      describe: 'A preset, or a .ts, .js, .yaml or .json file, as for run',
    },
    settings: settingsPositional,
  },
  options: {
    output: {
      type: 'string',
      requiresArg: true,
      describe: 'The .svg or .png file to write',
      defaultDescription: '<name>-schedule.svg',
    },
    'steps-per-epoch': {
      type: 'number',
      requiresArg: true,
      describe: 'Steps an epoch, for data whose number of images only its files tell',
      defaultDescription: `those of run if the data is known, else ${assumedSteps}`,
      coerce: (value: number) => wholeNumber(value, '--steps-per-epoch', [1]),
    },
  },
  settings,
  examples: [
    ['plot schedule mnist', 'The schedule of the preset, in mnist-schedule.svg'],
    ['plot schedule mnist "multipliers={type: alpha, alpha: 0.6}"', 'One line for each layer'],
    ['plot schedule mine.yaml --output mine.png', 'The schedule of a file, as PNG'],
  ],
  notes: [
    'The figure shows the rate of every step: the schedule times the multiplier of the layer. Only the experiment is read, and ' +
      'nothing is trained.',
  ],
  handler: async ({ experiment, settings, output, 'steps-per-epoch': given }) => {
    const { loadExperiment } = await import('../../experiment/load-experiment.js')
    const { requiredStepsPerEpoch, requireStepsPerEpoch } = await import('../../schedule/steps-per-epoch.js')
    const config = await loadExperiment(experiment, settings)
    const file = output ?? `${config.name}-schedule.svg`
    const extension = extname(file).toLowerCase()
    if (extension !== '.svg' && extension !== '.png') {
      throw new LayerRotationError(
        'INVALID_CONFIG',
        `--output is ${JSON.stringify(file)}; expected a .svg or .png file`,
      )
    }
    const known = given ?? (await knownSteps(config))
    if (known !== undefined) requireStepsPerEpoch(config.learningRate, known)
    const steps = known ?? requiredStepsPerEpoch(config.learningRate)?.steps ?? assumedSteps

    const { describeSchedule } = await import('../plot/describe-schedule.js')
    print(...describeSchedule(config, steps))
    await write(file, extension, await draw(config, steps))
    if (known === undefined) print(`steps     ${steps} an epoch are assumed; --steps-per-epoch sets them`)
    print(`figure    ${clickablePath(file)}`)
  },
})

async function draw(config: ExperimentConfig, stepsPerEpoch: number): Promise<string> {
  const { renderFigure } = await import('../../figure/render.js')
  const { scheduleFigure } = await import('../../figure/schedule.js')
  return (await renderFigure(scheduleFigure(config, stepsPerEpoch))).svg
}

async function write(file: string, extension: '.svg' | '.png', svg: string): Promise<void> {
  const { makeFolder } = await import('../../files/make-folder.js')
  const { writeWhole } = await import('../../files/write.js')
  const { svgToPng } = await import('../../figure/png.js')
  await makeFolder(dirname(file))
  await writeWhole(file, extension === '.png' ? await svgToPng(svg) : svg)
}

/** The steps an epoch; undefined if only the data's files tell. */
async function knownSteps({ data, validation, batchSize, batches }: ExperimentConfig): Promise<number | undefined> {
  const { trainImages } = await import('../../data/train-images.js')
  const { countSteps } = await import('../../train/epoch-order.js')
  const { validationImages } = await import('../../train/validation-split.js')
  const images = trainImages(data)
  if (images === undefined) return undefined
  return Math.max(1, countSteps(images - validationImages(images, validation), { batchSize, batches }))
}
