import { LayerRotationError } from '../../errors.js'
import { defineCommand } from '../command.js'
import { foldersPositional } from '../options.js'
import { interruptible } from '../interruption.js'
import { print } from '../output.js'
import { clickablePath } from '../terminal/path.js'

/** The loggers by the names that the command line gives them. */
const services = ['tensorboard', 'mlflow'] as const

export const log = defineCommand({
  command: 'log <runs..>',
  describe: 'Send runs to TensorBoard or MLflow',
  positionals: {
    runs: {
      ...foldersPositional,
      describe: 'Run folders, of trainings in PyTorch too; they may still be running',
    },
  },
  options: {
    to: {
      choices: services,
      demandOption: true,
      requiresArg: true,
      describe: 'The service',
    },
    uri: {
      type: 'string',
      requiresArg: true,
      describe: 'Address of the MLflow tracking server, such as http://127.0.0.1:5000',
      defaultDescription: 'MLFLOW_TRACKING_URI',
    },
    experiment: {
      type: 'string',
      requiresArg: true,
      describe: 'Experiment in MLflow',
      defaultDescription: 'the name of the experiment',
    },
  },
  examples: [
    ['log runs/mnist/20261123-052233-7f3a90 --to tensorboard', 'Event files in the folder of the run'],
    ['log runs/mnist/* --to mlflow --uri http://127.0.0.1:5000', 'Several runs to a tracking server'],
  ],
  notes: [
    'What has been sent before is not sent again: the command also sends the rest of a run whose logger failed while it ' +
      'trained. `run … loggers=[tensorboard]` sends a run while it trains. User, password and token of MLflow come from ' +
      'MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD and MLFLOW_TRACKING_TOKEN.',
  ],
  handler: async ({ runs, to, ...options }) => {
    if (to !== 'mlflow' && Object.keys(options).length > 0) {
      const message = `--${Object.keys(options)[0]!} goes with --to mlflow\nSee layer-rotation log --help`
      throw new LayerRotationError('INVALID_CONFIG', message)
    }
    const { mlflow, tensorBoard } = await import('../../experiment/logger-config.js')
    const { logRun } = await import('../../loggers/log-run.js')
    const logger = to === 'mlflow' ? mlflow(options) : tensorBoard()
    await interruptible(
      async (signal) => {
        for (const run of runs) {
          await logRun(run, [logger], { signal })
          print(`sent      ${clickablePath(run)}`)
        }
      },
      { note: print, stopping: () => 'Stopping' },
    )
  },
})
