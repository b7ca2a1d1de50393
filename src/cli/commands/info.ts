import { defineCommand } from '../command.js'
import { sharedOptions } from '../options.js'
import { print } from '../output.js'

export const info = defineCommand({
  command: 'info',
  describe: 'Show versions, devices and what is missing',
  positionals: {},
  options: {
    check: { type: 'boolean', default: false, describe: 'Test in 20 seconds whether trainings will work here' },
    json: { type: 'boolean', default: false, describe: 'Print JSON' },
    runs: sharedOptions.runs,
  },
  examples: [
    ['info', 'The first thing to look at when something fails'],
    ['info --check', 'Disk, data and a tiny training on each device, twice, with the same bits'],
    ['info --json', 'The same for programs and bug reports'],
  ],
  notes: ['With --check, exit code 1 means that something is missing; each failed line says what to do.'],
  handler: async ({ check: isCheck, json, runs = 'runs' }) => {
    if (isCheck) return check(runs, json)
    const { inspectInstallation } = await import('../installation/installation.js')
    const installation = await inspectInstallation()
    if (json) return print(JSON.stringify(installation, null, 2))
    const { describeInstallation } = await import('../installation/describe.js')
    print(...describeInstallation(installation))
  },
})

async function check(runs: string, json: boolean): Promise<void> {
  const { checkMachine } = await import('../installation/check-machine.js')
  const { describeCheck, describeVerdict } = await import('../installation/describe-check.js')
  const checks = []
  for await (const result of checkMachine(runs)) {
    checks.push(result)
    if (!json) print(...describeCheck(result))
  }
  print(json ? JSON.stringify(checks, null, 2) : describeVerdict(checks))
  if (checks.some(({ state }) => state === 'failed')) process.exitCode = 1
}
