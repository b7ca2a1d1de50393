// npm run cuda-standin                    runs the CUDA tests without a GPU, on a stand-in for CUDA's runtime, and rehearses
//                                         the first part of gpu-check
// npm run cuda-standin -- <test files>    runs these alone
// npm run cuda-standin -- --nodes         counts the nodes of a captured step for networks of the zoo
//
// Exits with 1 if a test fails, or if a process breaks a rule of the CUDA driver. Skips, with 0, without nvcc or a CUDA build
// of LibTorch. See test/cuda/standin/README.md.

import { mkdirSync, rmSync } from 'node:fs'
import { buildStandin } from './cuda-standin/build.mjs'
import { printNodes } from './cuda-standin/nodes.mjs'
import { rehearseGpuCheck } from './cuda-standin/rehearsal.mjs'
import { runTests } from './cuda-standin/run-tests.mjs'
import { everyRun, runsOf } from './cuda-standin/runs.mjs'
import { SetupFailure } from './setup/index.mjs'

const args = process.argv.slice(2)

try {
  const standin = await buildStandin({ env: process.env, log: console.log })
  if ('reason' in standin) {
    console.log(`skipped: ${standin.reason}`)
  } else {
    rmSync(standin.journals, { recursive: true, force: true })
    mkdirSync(standin.journals, { recursive: true })
    let passed
    if (args[0] === '--nodes') passed = await printNodes(standin)
    else if (args.length > 0) passed = await runTests(standin, runsOf(args))
    else {
      // The rehearsal is one process after the other, and leaves a core free.
      const results = await Promise.all([runTests(standin, everyRun), rehearseGpuCheck(standin)])
      passed = results.every(Boolean)
    }
    process.exitCode = passed ? 0 : 1
  }
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error
  console.error(`\n${error.message}`)
  process.exitCode = 1
}
