import { defineCommand } from '../command.js'
import { print } from '../output.js'

export const info = defineCommand({
  command: 'info',
  describe: 'Show versions, devices and what is missing',
  positionals: {},
  options: {
    json: { type: 'boolean', default: false, describe: 'Print JSON' },
  },
  examples: [
    ['info', 'What to look at first when something does not work'],
    ['info --json', 'The same for programs, and for reports of mistakes'],
  ],
  handler: async ({ json }) => {
    const { inspectInstallation } = await import('../installation/installation.js')
    const installation = await inspectInstallation()
    if (json) return print(JSON.stringify(installation, null, 2))
    const { describeInstallation } = await import('../installation/describe.js')
    print(...describeInstallation(installation))
  },
})
