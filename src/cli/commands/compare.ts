import { defineCommand } from '../command.js'
import { print } from '../output.js'

export const compare = defineCommand({
  command: 'compare <one> <other>',
  describe: 'Show what differs between two runs',
  positionals: {
    one: { type: 'string', demandOption: true, describe: 'The folder of a run; it may still be running' },
    other: { type: 'string', demandOption: true, describe: 'That of another run' },
  },
  options: {
    json: { type: 'boolean', default: false, describe: 'Print JSON' },
  },
  examples: [
    [
      'compare runs/mnist/20261123-052233-7f3a90 runs/mnist/20261123-061502-1c99d2',
      'Settings, environment and results side by side',
    ],
  ],
  notes: [
    'Of the settings and of the environment it shows what differs. Of a network with many layers it shows the rotation of those ' +
      'that differ most. `report` draws the curves of any number of runs.',
  ],
  handler: async ({ one, other, json }) => {
    const { compareRuns } = await import('../../run/compare-runs.js')
    const comparison = await compareRuns(one, other)
    if (json) {
      const { runs, settings, environment } = comparison
      const numbers = runs.map(({ folder, status, metrics, rotation }) => ({
        folder,
        status,
        metrics: metrics.at(-1) ?? null,
        rotation: Object.fromEntries(rotation.layers.map((layer) => [layer, rotation.layer(layer).at(-1) ?? null])),
      }))
      return print(JSON.stringify({ runs: numbers, settings, environment }, null, 2))
    }
    const { comparisonLines } = await import('../listing/comparison-lines.js')
    print(...comparisonLines(comparison))
  },
})
