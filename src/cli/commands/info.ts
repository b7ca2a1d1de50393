import { defineCommand } from '../command.js'
import { sharedOptions } from '../options.js'
import { print } from '../output.js'

export const info = defineCommand({
  command: 'info',
  describe: 'Show versions, devices and what is missing',
  positionals: {},
  options: {
    check: { type: 'boolean', default: false, describe: 'Try whether this machine will run, in 20 seconds' },
    json: { type: 'boolean', default: false, describe: 'Print JSON' },
    runs: sharedOptions.runs,
  },
  examples: [
    ['info', 'What to look at first when something does not work'],
    ['info --check', 'Disk, data and a tiny training on each device, twice, with the same bits'],
    ['info --json', 'The same for programs, and for reports of mistakes'],
  ],
  notes: ['With --check, exit code 1 says that something is missing; each line that failed says what to do.'],
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
