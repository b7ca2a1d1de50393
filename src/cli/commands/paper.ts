import { LayerRotationError } from '../../errors.js'
import { acceptOption } from '../accept.js'
import { defineCommand } from '../command.js'
import { environmentNotice, sharedOptions, wholeNumber } from '../options.js'
import { print } from '../output.js'
import { actions, repeated, scales, studied, tasks } from '../paper/names.js'
import { dryRunOption, jobsOption, onOption, retryOption, slurmOption } from '../sweep/options.js'

export const paper = defineCommand({
  command: 'paper [experiment] [folders..]',
  describe: 'Repeat the experiments of the paper, and test its claims',
  positionals: {
    experiment: {
      type: 'string',
      choices: [...studied, ...repeated, ...actions],
      describe:
        'The experiment; none lists them, all trains one after another; report and claims look at what is trained',
    },
    folders: {
      type: 'string',
      array: true,
      default: [],
      defaultDescription: 'for claims, those of the paper in <runs>',
      describe: 'For report and claims: the folders of the studies',
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
    on: onOption,
    slurm: slurmOption,
    json: { type: 'boolean', default: false, describe: 'claims: print JSON' },
  },
  examples: [
    ['paper', 'The experiments, and how much each trains'],
    ['paper mnist', 'Four trainings, one after another, on all cores or the GPU'],
    ['paper mnist --seed 2', 'Another seed, beside the first'],
    ['paper cifar10-fast', 'Three trainings on CIFAR-10 (data get cifar-10 brings the images)'],
    ['paper adaptive --scale laptop --jobs 2', 'Three seeds of small networks, two trainings at a time'],
    ['paper weight-decay --task C10-CNN1 tiny-CNN --seeds 5', 'Two tasks at full size'],
    ['paper all --scale laptop --jobs 2', 'Every experiment that has a version for a laptop, then the claims'],
    ['paper alpha-rho --on slurm --slurm partition=gpu,gpus=1,time=04:00:00', 'As a job array of Slurm'],
    ['paper report runs/paper-alpha-rho', 'What is trained of a study beside the published numbers'],
    ['paper claims', 'The claims of the paper, tested on the studies in runs/'],
  ],
  notes: [
    'mnist: the perceptron 784-784-10 with batch normalisation on 1,000 images a class, in batches of 2,048, trained ' +
      'with Layca-SGD at learning rates of 3^-2, 3^-2.5, 3^-3 and 3^-4. On any seed the test accuracies lie within 0.6 ' +
      'points of those published: 96.75, 96.60, 96.54 and 95.81 %.',
    'cifar10-fast: a VGG of 13 layers on CIFAR-10, 12 epochs in batches of 128 in bf16, trained with Layca-SGD at 3^-3 and ' +
      'with SGD at 3^-1 and 3^-4. An independent PyTorch script gave 84.6, 81.1 and 66.4 % of the test images; the layers ' +
      'had turned by 0.714, 0.212 and 0.012 on average.',
    'For these two, <runs>/paper-<experiment> gets the run folders, summary.json, and report.html with figures/ on the trainings ' +
      'of the last call. The same command again goes on after an interruption. --seed and --epochs belong to them.',
    'The others are studies in <runs>/paper-<experiment> or <runs>/paper-<experiment>-laptop: the same command again passes ' +
      'over what is finished and resumes what was interrupted, as sweep does. Then it prints ours beside the published ' +
      'numbers and writes them to comparison.json. mnist-rates trains mnist at all seven rates. At laptop scale only the ' +
      'order of the trainings is compared.',
    'claims states each claim of the abstract as effects that have to be above 0, and tests them on the runs that have ' +
      'finished, with seeds or settings as samples: effect, 95 % interval, p-value corrected for all tests, verdict.',
    environmentNotice,
  ],
  handler: async ({ experiment, folders, runs = 'runs', seed, epochs, device, threads, json, ...given }) => {
    const { retry, 'dry-run': dryRun, slurm, on } = given
    const forStudies = { ...given, retry: retry || undefined, 'dry-run': dryRun || undefined }
    const isLook = experiment === 'report' || experiment === 'claims'
    if (folders.length > 0 && !isLook) {
      throw wrongUse(`a folder goes with paper report and paper claims; found ${JSON.stringify(folders[0])}`)
    }
    if (json && experiment !== 'claims') throw wrongUse('--json goes with paper claims')
    if (experiment === undefined) {
      requireNone({ seed, epochs, ...forStudies }, 'needs the name of an experiment')
      const { experimentList, printTimes } = await import('../paper/list.js')
      print(...experimentList())
      return printTimes()
    }
    if (isLook) {
      // Runs, device and threads may come from the environment.
      requireNone({ seed, epochs, ...forStudies }, `does not go with ${experiment}, which trains nothing`)
      if (experiment === 'claims') {
        const { showClaims } = await import('../paper/claims.js')
        return showClaims(folders, runs, json)
      }
      if (folders.length === 0)
        throw wrongUse('paper report needs the folder of a study: paper report runs/paper-alpha-rho')
      const { compareExperiment } = await import('../paper/compare-experiment.js')
      for (const folder of folders) await compareExperiment(folder)
      return
    }
    const repeat = repeated.find((name) => name === experiment)
    if (repeat !== undefined) {
      const { accept, ...others } = forStudies
      requireNone(others, `does not go with ${repeat}, which trains its runs one after another`)
      const { repeatExperiment } = await import('../paper/repeat-experiment.js')
      return repeatExperiment(repeat, runs, { seed, epochs, device, threads }, accept)
    }
    requireNone({ seed }, `does not go with ${experiment}; --seeds 3 trains seeds 1, 2 and 3`)
    requireNone({ epochs }, `does not go with ${experiment}, whose trainings have the lengths of the paper`)
    if (slurm !== undefined && on === undefined) throw wrongUse('--slurm goes with --on slurm')
    const { task, seeds, scale = 'full', jobs, accept } = given
    const options = {
      device,
      threads,
      tasks: task,
      seeds: seeds === undefined ? undefined : Array.from({ length: seeds }, (_, i) => i + 1),
      scale,
      runsFolder: runs,
      jobs,
      retry,
      accept,
      slurm: on === undefined ? undefined : { options: slurm },
      dryRun,
    }
    if (experiment === 'all') {
      const { trainAll } = await import('../paper/train-all.js')
      return trainAll(options)
    }
    const { experimentNamed, trainExperiment } = await import('../paper/train-experiment.js')
    await trainExperiment(experimentNamed(experiment), options)
  },
})

/** Refuses options that are given where they make no sense. */
function requireNone(options: Readonly<Record<string, unknown>>, problem: string): void {
  const [option] = Object.entries(options).find(([, value]) => value !== undefined) ?? []
  if (option !== undefined) throw wrongUse(`--${option} ${problem}`)
}

const wrongUse = (problem: string) =>
  new LayerRotationError('INVALID_CONFIG', `${problem}\nSee layer-rotation paper --help`)
