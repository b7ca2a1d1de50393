import { defineCommand } from '../command.js'
import { interruptible } from '../interruption.js'
import { wholeNumber } from '../options.js'
import { print } from '../output.js'

export const watch = defineCommand({
  command: 'watch [runs..]',
  describe: 'Serve a live page on runs and studies while they train',
  positionals: {
    runs: {
      type: 'string',
      array: true,
      default: [],
      defaultDescription: 'runs',
      describe: 'Runs, studies, or folders that hold them at any depth',
    },
  },
  options: {
    port: {
      type: 'number',
      requiresArg: true,
      default: 0,
      defaultDescription: 'one that is free',
      describe: 'Port of the page',
      coerce: (value: number) => wholeNumber(value, '--port', [0, 65_535]),
    },
    host: {
      type: 'string',
      requiresArg: true,
      default: '127.0.0.1',
      describe: 'Name or address to listen on; by default only this machine reaches it',
    },
  },
  examples: [
    ['watch', 'All runs below runs/, those that begin later included'],
    ['watch runs/rates runs/mnist --port 8080', 'A study and the runs of an experiment, always at the same address'],
  ],
  notes: [
    'The page follows the files of the runs, which other processes write, and changes nothing. It shows the state of each run, and the ' +
      'curves of the one that is chosen: rotation, angles, norms and learning rates of all layers, loss and accuracy. Another run ' +
      'can be laid over it.',
    'For a run on another machine: ssh -L 8080:127.0.0.1:8080 machine, and there watch --port 8080. Nobody is asked for a password: every ' +
      'user of the machine can open the page, and with --host 0.0.0.0 everybody who reaches the machine.',
    'Ctrl-C ends it; trainings go on. Environment: LAYER_ROTATION_RUNS replaces the folder if none is given.',
  ],
  handler: async ({ runs, port, host }) => {
    const { showPage } = await import('../watch/show-page.js')
    const folders = runs.length > 0 ? runs : ['runs']
    await interruptible((signal) => showPage({ folders, port, host, signal }), {
      note: (line) => print(line),
      stopping: () => 'Closing the page',
    })
  },
})
