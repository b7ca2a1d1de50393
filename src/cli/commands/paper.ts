import { LayerRotationError } from '../../errors.js'
import { acceptOption } from '../accept.js'
import { defineCommand } from '../command.js'
import { environmentNotice, sharedOptions, wholeNumber } from '../options.js'
import { print } from '../output.js'
import { repeated, scales, studied, tasks } from '../paper/names.js'
import { dryRunOption, jobsOption, retryOption } from '../sweep/options.js'

export const paper = defineCommand({
  command: 'paper [experiment]',
  describe: 'Repeat an experiment of the paper',
  positionals: {
    experiment: {
      type: 'string',
      choices: [...studied, ...repeated],
      describe: 'The experiment; none lists them all',
    },
  },
  options: {
    ...sharedOptions,
    epochs: {
      type: 'number',
      requiresArg: true,
      describe: 'Number of epochs, for a short trial; the numbers then differ from the expected ones',
      defaultDescription: '100 for mnist, 12 for cifar10-fast',
      coerce: (value: number) => wholeNumber(value, '--epochs', [1]),
    },
    task: {
      type: 'string',
      array: true,
      requiresArg: true,
      choices: tasks,
      describe: 'Tasks of the experiment',
      defaultDescription: 'all',
    },
    scale: {
      type: 'string',
      requiresArg: true,
      choices: scales,
      describe: "full is the paper's size; laptop is smaller, and asks the same question",
      defaultDescription: 'full',
    },
    seeds: {
      type: 'number',
      requiresArg: true,
      describe: 'Number of seeds: 1, 2 …',
      defaultDescription: '1; 3 for a laptop',
      coerce: (value: number) => wholeNumber(value, '--seeds', [1, 100]),
    },
    jobs: jobsOption,
    retry: retryOption,
    accept: acceptOption,
    'dry-run': dryRunOption,
  },
  examples: [
    ['paper', 'The experiments, and how much each trains'],
    ['paper mnist', 'Four trainings, one after another, on all cores or the GPU'],
    ['paper mnist --seed 2 --runs again', 'Another seed, into another folder'],
    ['paper cifar10-fast', 'Three trainings on CIFAR-10 (data get cifar-10 brings the images)'],
    ['paper adaptive --scale laptop --jobs 2', 'Three seeds of small networks, two trainings at a time'],
    ['paper weight-decay --task C10-CNN1 tiny-CNN --seeds 5', 'Two tasks at full size'],
  ],
  notes: [
    'mnist: the perceptron 784-784-10 with batch normalisation on 1,000 images a class, in batches of 2,048, trained ' +
      'with Layca-SGD at learning rates of 3^-2, 3^-2.5, 3^-3 and 3^-4. On any seed the test accuracies lie within 0.6 ' +
      'points of those published: 96.75, 96.60, 96.54 and 95.81 %.',
    'cifar10-fast: a VGG of 13 layers on CIFAR-10, 12 epochs in batches of 128 in bf16, trained with Layca-SGD at 3^-3 and ' +
      'with SGD at 3^-1 and 3^-4. An independent PyTorch script gave 84.6, 81.1 and 66.4 % of the test images; the layers ' +
      'had turned by 0.714, 0.212 and 0.012 on average.',
    'For these two, <runs>/paper-<experiment> gets the run folders, summary.json, and report.html with figures/. ' +
      '--seed and --epochs belong to them.',
    'The others are studies in <runs>/paper-<experiment> or <runs>/paper-<experiment>-laptop: the same command again passes ' +
      'over what is finished and resumes what was interrupted, as sweep does. Then it prints ours beside the published ' +
      'numbers and writes them to comparison.json. mnist-rates trains mnist at all seven rates. At laptop scale only the ' +
      'order of the trainings is compared.',
    environmentNotice,
  ],
  handler: async ({ experiment, runs = 'runs', seed, epochs, device, threads, ...given }) => {
    const forStudies = { ...given, retry: given.retry || undefined, 'dry-run': given['dry-run'] || undefined }
    if (experiment === undefined) {
      requireNone({ seed, epochs, ...forStudies }, 'needs the name of an experiment')
      const { experimentList } = await import('../paper/list.js')
      return print(...experimentList())
    }
    const repeat = repeated.find((name) => name === experiment)
    if (repeat !== undefined) {
      requireNone(forStudies, `does not go with ${repeat}, which trains its runs one after another`)
      const { repeatExperiment } = await import('../paper/repeat-experiment.js')
      return repeatExperiment(repeat, runs, { seed, epochs, device, threads })
    }
    requireNone({ seed }, `does not go with ${experiment}; --seeds 3 trains seeds 1, 2 and 3`)
    requireNone({ epochs }, `does not go with ${experiment}, whose trainings have the lengths of the paper`)
    const { trainExperiment } = await import('../paper/train-experiment.js')
    const { task, seeds, scale = 'full', jobs, retry, accept, 'dry-run': dryRun } = given
    const seedList = seeds === undefined ? undefined : Array.from({ length: seeds }, (_, i) => i + 1)
    const machine = { device, threads }
    await trainExperiment(experiment, {
      ...machine,
      tasks: task,
      seeds: seedList,
      scale,
      runsFolder: runs,
      jobs,
      retry,
      accept,
      dryRun,
    })
  },
})

/** Refuses options that are given where they make no sense. */
function requireNone(options: Readonly<Record<string, unknown>>, problem: string): void {
  const [option] = Object.entries(options).find(([, value]) => value !== undefined) ?? []
  if (option === undefined) return
  throw new LayerRotationError('INVALID_CONFIG', `--${option} ${problem}\nSee layer-rotation paper --help`)
}
