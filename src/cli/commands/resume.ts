import { join } from 'node:path'
import { acceptOption } from '../accept.js'
import { defineCommand } from '../command.js'
import { assignments, environmentNotice, settings, settingsPositional, sharedOptions } from '../options.js'
import { processOptions } from '../processes/options.js'
import { withProcesses } from '../processes/with-processes.js'
import { showTraining } from '../training.js'

const { device, threads } = sharedOptions

export const resume = defineCommand({
  command: 'resume <run> [settings..]',
  describe: 'Resume a run that was interrupted',
  positionals: {
    run: { type: 'string', demandOption: true, describe: 'The folder of a run' },
    settings: settingsPositional,
  },
  options: { accept: acceptOption, device, threads, ...processOptions },
  settings,
  examples: [
    ['resume runs/mnist/20261123-052233-7f3a90', 'Ends with the same numbers as without the interruption'],
    ['resume runs/mnist/20261123-052233-7f3a90 --accept libtorch', 'With another LibTorch than before'],
    ['resume runs/mnist/20261123-052233-7f3a90 epochs=200 --accept config', 'For more epochs than planned'],
  ],
  notes: [
    'A run continues from its newest checkpoint after Ctrl-C, a crash or SIGKILL, and ends with the same weights, metrics and ' +
      'trajectories, bit for bit, as an uninterrupted run; only the column seconds differs. If something that decides the ' +
      'numbers has changed, the run is refused unless --accept names the change.',
    environmentNotice,
  ],
  handler: async ({ run, settings, accept, processes, 'process-timeout': processTimeout, ...given }) => {
    const { loadExperiment } = await import('../../experiment/load-experiment.js')
    const { resumeTogether } = await import('../../train/resume.js')
    const changes = [...assignments(given), ...settings]
    const config = changes.length > 0 ? await loadExperiment(join(run, 'config.json'), changes) : undefined
    await withProcesses({ processes, 'process-timeout': processTimeout }, (group) =>
      showTraining((options) => resumeTogether(run, { ...options, config, overrides: changes, accept }, group), group),
    )
  },
})
