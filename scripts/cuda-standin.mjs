// npm run cuda-standin -- [test files]    runs the CUDA tests without a GPU, on a stand-in for CUDA's runtime
// npm run cuda-standin -- --nodes         counts the nodes of a captured step for networks of the zoo
//
// Exits with 1 if a test fails, or if a process breaks a rule of the CUDA driver. Skips, with 0, without nvcc or a CUDA build
// of LibTorch. See test/cuda/standin/README.md.

import { mkdirSync, rmSync } from 'node:fs'
import { buildStandin } from './cuda-standin/build.mjs'
import { printNodes } from './cuda-standin/nodes.mjs'
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
    const passed =
      args[0] === '--nodes'
        ? await printNodes(standin)
        : await runTests(standin, args.length > 0 ? runsOf(args) : everyRun)
    process.exitCode = passed ? 0 : 1
  }
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error
  console.error(`\n${error.message}`)
  process.exitCode = 1
}
