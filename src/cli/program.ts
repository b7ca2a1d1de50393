import { workingFolder } from '../working-folder.js'
import { runCommandLine } from './cli.js'
import { errorExitCode } from './exit-codes.js'
import { reportError } from './report-error.js'

/** Runs the command line of this process: prints what goes wrong and sets the exit code. */
export async function runProgram(): Promise<void> {
  try {
    workingFolder() // yargs needs it, too
    await runCommandLine(process.argv.slice(2))
  } catch (error) {
    reportError(error)
    // A signal has set its own.
    process.exitCode ??= errorExitCode(error)
  }
}
