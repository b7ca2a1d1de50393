import { setTimeout } from 'node:timers/promises'
import { LayerRotationError } from '../errors.js'
import { signalExitCode } from './exit-codes.js'
import { onOutputLost } from './output.js'

/** The signals that stop a training. Slurm sends SIGUSR1 before a job's time ends, if the job asks for it; a closed terminal sends SIGHUP. */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGUSR1', 'SIGHUP'] as const

/**
 * The milliseconds within which a repeated signal counts as one: a Ctrl-C reaches every process of the foreground, and npx, one
 * of them, sends it to us a second time; so do a shell and the kernel when a terminal is closed.
 */
const echo = 300

/**
 * Runs `work` with an AbortSignal that the first SIGINT, SIGTERM, SIGUSR1 or SIGHUP, or lost output, aborts. A second signal
 * ends the process at once. Sets the exit code if the aborted work rejects with INTERRUPTED.
 *
 * @param onStop called at the first signal, to say that the work is about to stop
 */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  onStop: () => void,
): Promise<Result> {
  const controller = new AbortController()
  let exitCode: number | undefined
  let first: { signal: NodeJS.Signals; time: number } | undefined
  const stop = (code: number) => {
    // A closed terminal also loses the output; the signal's exit code says more.
    exitCode ??= code
    controller.abort()
  }
  const receive = (signal: (typeof stopSignals)[number]) => {
    if (first?.signal === signal && performance.now() - first.time < echo) return
    if (first !== undefined) dieOf(signal)
    first = { signal, time: performance.now() }
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
    // Work may stop before the signal's echo arrives, which would then end the process.
    if (first !== undefined) await setTimeout(first.time + echo - performance.now())
    for (const signal of stopSignals) process.off(signal, receive)
    forgetOutput()
  }
}

/** Ends the process by the signal itself, as without a listener: process.exit() would wait for the current step. */
function dieOf(signal: NodeJS.Signals): never {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  // The kernel spares the first process of a container, so it alone gets here.
  process.exit(signalExitCode(signal))
}
