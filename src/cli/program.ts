import { runCommandLine } from './cli.js'
import { LayerRotationError } from '../errors.js'
import { systemReason } from '../files/system-error.js'
import { errorExitCode } from './exit-codes.js'
import { watchOutput } from './output.js'
import { reportError } from './report-error.js'

/** Runs the command line of this process: prints what goes wrong and sets the exit code. */
export async function runProgram(): Promise<void> {
  watchOutput()
  try {
    requireWorkingFolder()
    await runCommandLine(process.argv.slice(2))
  } catch (error) {
    reportError(error)
    // A signal has set its own.
    process.exitCode ??= errorExitCode(error)
  }
}

/** Paths start at the working folder, which another program may have removed. @throws {LayerRotationError} MISSING_FILE */
function requireWorkingFolder(): void {
  try {
    process.cwd()
  } catch (cause) {
    const message = `the working folder cannot be used: ${systemReason(cause, { ENOENT: 'it no longer exists; change to another one' })}`
    throw new LayerRotationError('MISSING_FILE', message, { cause })
  }
}
