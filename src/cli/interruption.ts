import { setTimeout } from 'node:timers/promises'
import { LayerRotationError } from '../errors.js'
import { signalExitCode } from './exit-codes.js'
import { onOutputLost } from './output.js'

/** SIGUSR1 is what Slurm sends before it takes a job's node away, where a job asks for it; SIGHUP comes of a closed terminal. */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGUSR1', 'SIGHUP'] as const

/**
 * Milliseconds within which a signal that comes twice is one: a Ctrl-C reaches the whole foreground, and npx, which is part
 * of it, passes it on to us; so do a shell and the kernel when a terminal is closed.
 */
const echo = 300

/**
 * Runs `work` so that the first SIGINT, SIGTERM, SIGUSR1 or SIGHUP, or the loss of the output, aborts its AbortSignal; a
 * second signal ends the process at once. Sets the exit code when the work, being aborted, rejects with INTERRUPTED.
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
    // The output of a terminal that was closed is lost, too: the signal says more.
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
    // Work that stops sooner than the signal comes again would leave the echo to end the process.
    if (first !== undefined) await setTimeout(first.time + echo - performance.now())
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
