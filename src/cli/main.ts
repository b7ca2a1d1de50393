#!/usr/bin/env node
import { runCommandLine } from './cli.js'
import { errorExitCode } from './exit-codes.js'
import { watchOutput } from './output.js'
import { reportError } from './report-error.js'

watchOutput()
try {
  await runCommandLine(process.argv.slice(2))
} catch (error) {
  reportError(error)
  // A signal has set its own.
  process.exitCode ??= errorExitCode(error)
}
