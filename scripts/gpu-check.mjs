// npm run gpu-check [-- first kernels engine bench] [--output FOLDER] [--minutes N] [--again]
//
// Builds the addon, then checks and measures it on this machine's GPU. `first`, meant for the first two minutes, tells
// whether kernels and graphs work and how fast one network trains; `kernels` checks the kernels of rotation and update
// rules, `engine` networks, trainings, CUDA graphs and the paper's MNIST experiment; `bench` compares the speed with
// PyTorch's. Without a GPU the checks run on the CPU as far as possible. FOLDER keeps what has passed, and a further call
// skips it until the sources, the GPU, its driver, LibTorch or nvcc change.

import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runBenchmark } from './gpu-check/benchmark.mjs'
import { build } from './gpu-check/build.mjs'
import { runChecks } from './gpu-check/checks.mjs'
import { checksOf, partNames, shares } from './gpu-check/parts.mjs'

const usage = `gpu-check [${partNames.join('] [')}] [--output gpu-check] [--minutes 9] [--again]`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string', default: 'gpu-check' },
    minutes: { type: 'string', default: '9' },
    again: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(`usage: ${usage}`)
  process.exit(0)
}
const unknown = positionals.find((name) => !(/** @type {readonly string[]} */ (partNames).includes(name)))
const minutes = Number(values.minutes)
if (unknown !== undefined || !(minutes > 0)) {
  console.error(
    unknown === undefined
      ? '--minutes: expected a number above 0'
      : `there is no part ${unknown}; expected one of ${partNames.join(', ')}`,
  )
  console.error(`usage: ${usage}`)
  process.exit(2)
}

const end = performance.now() + minutes * 60_000
const wanted = partNames.filter((name) => positionals.length === 0 || positionals.includes(name))
const output = resolve(values.output)
mkdirSync(output, { recursive: true })

const report = await build(output, values)
if (report === null) process.exit(1)
console.log(report.headline())

for (const [i, part] of wanted.entries()) {
  // A part that ends early leaves its time to the next ones.
  const rest = wanted.slice(i).reduce((sum, name) => sum + shares[name], 0)
  const now = performance.now()
  const deadline = now + ((end - now) * shares[part]) / rest
  console.log(`\n${part}: at most ${((deadline - now) / 1000).toFixed(0)} s`)
  if (part === 'bench') await runBenchmark(report, { output, deadline, again: values.again })
  else await runChecks(report, part, { checks: checksOf(part, report.host), deadline })
}
console.log(`\n${report.text()}\n${report.files.join('\n')}`)
process.exit(report.failed ? 1 : 0)
