import { join } from 'node:path'
import { acceptOption } from '../accept.js'
import { defineCommand } from '../command.js'
import { assignments, environmentNotice, settings, settingsPositional, sharedOptions } from '../options.js'
import { showTraining } from '../training.js'

const { device, threads } = sharedOptions

export const resume = defineCommand({
  command: 'resume <run> [settings..]',
  describe: 'Go on with a run that was interrupted',
  positionals: {
    run: { type: 'string', demandOption: true, describe: 'The folder of a run' },
    settings: settingsPositional,
  },
  options: { accept: acceptOption, device, threads },
  settings,
  examples: [
    ['resume runs/mnist/20261123-052233-7f3a90', 'To the same numbers as without the interruption'],
    ['resume runs/mnist/20261123-052233-7f3a90 --accept libtorch', 'With another LibTorch than before'],
    ['resume runs/mnist/20261123-052233-7f3a90 epochs=200 --accept config', 'Further than was planned'],
  ],
  notes: [
    'A run goes on from its newest checkpoint, after Ctrl-C, a crash or SIGKILL: to the same weights, metrics and ' +
      'trajectories, bit for bit, as one that was never interrupted; only the column seconds differs. It is refused where ' +
      'something that decides the numbers has changed, unless --accept names it.',
    environmentNotice,
  ],
  handler: async ({ run, settings, accept, ...given }) => {
    const { loadExperiment } = await import('../../experiment/load-experiment.js')
    const { resume } = await import('../../train/resume.js')
    const changes = [...assignments(given), ...settings]
    const config = changes.length > 0 ? await loadExperiment(join(run, 'config.json'), changes) : undefined
    await showTraining((options) => resume(run, { ...options, config, accept }))
  },
})
