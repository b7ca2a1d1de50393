import { LayerRotationError } from '../../errors.js'
import { acceptOption } from '../accept.js'
import { defineCommand } from '../command.js'

export const sweepPoint = defineCommand({
  command: 'sweep-point <study> <point>',
  describe: false,
  positionals: {
    study: { type: 'string', demandOption: true, describe: 'The folder of a study' },
    point: { type: 'string', demandOption: true, describe: "The name of the folder of a point's run" },
  },
  options: {
    retry: { type: 'boolean', default: false, describe: 'Resume a run that failed, too' },
    accept: acceptOption,
  },
  examples: [['sweep-point runs/rates seed-1_initial-0.1_5f1c09a2be', 'Train this point, or resume it']],
  notes: [
    'The scripts of `layer-rotation sweep --on slurm` call this command in each task. After SIGUSR1, by which Slurm warns a task ' +
      'before its time ends, it writes a checkpoint and puts the task back into the queue.',
  ],
  handler: async ({ study, point: name, retry, accept }) => {
    const { readLedger } = await import('../../study/ledger.js')
    const { suggestion } = await import('../../validation/nearest.js')
    const { showPoint } = await import('../sweep/show-point.js')
    const { points } = await readLedger(study)
    const point = points.find(({ folder }) => folder === name)
    if (point !== undefined) return showPoint(study, point, { retry, accept })
    const names = points.map(({ folder }) => folder)
    const message = `${study} has no point ${JSON.stringify(name)}${suggestion(name, names)}`
    throw new LayerRotationError('INVALID_CONFIG', message)
  },
})
