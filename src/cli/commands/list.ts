import { LayerRotationError } from '../../errors.js'
import { defineCommand } from '../command.js'
import { print } from '../output.js'

export const list = defineCommand({
  command: 'list [runs]',
  describe: 'List runs, with their state and their last numbers',
  positionals: {
    runs: {
      type: 'string',
      describe: 'Folder that holds runs, at any depth below it',
      defaultDescription: 'runs',
    },
  },
  options: {
    json: { type: 'boolean', default: false, describe: 'Print JSON' },
  },
  examples: [
    ['list', 'All runs below runs/, the newest first'],
    ['list runs/mnist --json', 'Those of one experiment, for programs'],
  ],
  notes: [
    'The numbers are those of the last epoch: accuracy on the test images, and the mean rotation of the layers. ' +
      'A run whose process has ended without a word is interrupted.',
    'Environment: LAYER_ROTATION_RUNS replaces the folder if it is not given.',
  ],
  handler: async ({ runs = 'runs', json }) => {
    const { listRuns } = await import('../../run/list-runs.js')
    const found = await listRuns(runs)
    if (json) return print(JSON.stringify(found, null, 2))
    if (found.length === 0) throw new LayerRotationError('MISSING_FILE', `${runs} holds no runs`)
    const { runList } = await import('../listing/run-list.js')
    print(...runList(found))
  },
})
