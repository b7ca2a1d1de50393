import { LayerRotationError } from '../errors.js'
import { signalExitCode } from './exit-codes.js'
import { onOutputLost } from './output.js'

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs `work` so that the first SIGINT, SIGTERM or SIGHUP, or the loss of the output, aborts its AbortSignal; a second
 * signal ends the process at once. Sets the exit code when the work, being aborted, rejects with INTERRUPTED.
 *
 * @param onStop called at the first signal, to say that the work is about to stop
 */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  onStop: () => void,
): Promise<Result> {
  const controller = new AbortController()
  let exitCode: number | undefined
  const stop = (code: number) => {
    exitCode = code
    controller.abort()
  }
  const receive = (signal: (typeof stopSignals)[number]) => {
    if (exitCode !== undefined) dieOf(signal)
    stop(signalExitCode(signal))
    onStop()
  }
  for (const signal of stopSignals) process.on(signal, receive)
  const forgetOutput = onOutputLost(stop)
  try {
    return await work(controller.signal)
  } catch (error) {
    if (exitCode !== undefined && error instanceof LayerRotationError && error.code === 'INTERRUPTED') {
      process.exitCode = exitCode
    }
    throw error
  } finally {
    for (const signal of stopSignals) process.off(signal, receive)
    forgetOutput()
  }
}

/** Lets the signal end the process as it does without a listener: process.exit() would wait for the present step. */
function dieOf(signal: NodeJS.Signals): never {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  // Only the first process of a container gets here: the kernel spares it.
  process.exit(signalExitCode(signal))
}
