import { setTimeout as setTimer } from 'node:timers'
import { setTimeout } from 'node:timers/promises'
import { LayerRotationError } from '../errors.js'
import { signalExitCode } from './exit-codes.js'
import { isUnderNohup } from './nohup.js'
import { watchNpm } from './npm.js'
import { onOutputLost } from './output.js'

/** Signals by which a person or a service manager asks for an end. */
const requests = ['SIGINT', 'SIGTERM'] as const

/**
 * Signals that announce an end: a closed terminal sends SIGHUP; batch systems send SIGUSR1 (Slurm, Grid Engine), SIGUSR2 (LSF,
 * Grid Engine) or SIGXCPU (Grid Engine; the kernel, every second from the soft limit on) before a job's time ends.
 */
const warnings = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGXCPU'] as const

/** The signals that stop a training. */
const stopSignals = [...requests, ...warnings].filter((signal) => signal !== 'SIGHUP' || !isUnderNohup)

type StopSignal = (typeof stopSignals)[number]

/**
 * The milliseconds within which signals count as one: a Ctrl-C reaches every process of the foreground, and npx, one of them,
 * sends it to us a second time; a shell and the kernel do the same with SIGHUP when a terminal is closed; and systemd sends
 * SIGHUP right after SIGTERM.
 */
const echo = 300

/** The milliseconds that a process which was stopped waits for its output to be read. */
const outputPatience = 5000

/** True while interruptible() works. */
let isWorking = false

/** True after a warning of Slurm that came before the work, which then stops as soon as it begins. */
let isWarned = false

/**
 * Prepares this process for signals that come before, between or after the work; to be called first. SIGUSR1 ends the
 * process instead of opening Node's debugger to other users of this machine, and SIGHUP is ignored under nohup. In a job of
 * Slurm, SIGUSR1 waits for the work, which may have to put the job back into the queue.
 */
export function guardSignals(): void {
  process.on('SIGUSR1', () => {
    if (isWorking) return
    if (process.env['SLURM_JOB_ID'] === undefined) dieOf('SIGUSR1')
    isWarned = true
  })
  if (isUnderNohup) process.on('SIGHUP', () => undefined)
}

/** The words for somebody who waits for the end. */
export interface InterruptionWords {
  /** Prints a line. */
  note: (line: string) => void
  /** The state after the first signal, such as `Stopping after this step`. */
  stopping: () => string
}

/**
 * Runs `work` with an AbortSignal that the first signal, the end of the npm that started this process, or lost output aborts;
 * its reason is the exit code.
 * A later SIGINT, or a second SIGTERM, ends the process at once. Sets the exit code if the aborted work rejects with
 * INTERRUPTED.
 */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  { note, stopping }: InterruptionWords,
): Promise<Result> {
  const controller = new AbortController()
  let exitCode: number | undefined
  let firstAt: number | undefined
  let isTerminated = false
  const stop = (code: number) => {
    // A closed terminal also loses the output; the signal's exit code says more.
    exitCode ??= code
    controller.abort(exitCode)
  }
  const receive = (signal: StopSignal) => {
    const isFirst = firstAt === undefined
    const isEcho = firstAt !== undefined && performance.now() - firstAt < echo
    if (!isFirst && !isEcho && (signal === 'SIGINT' || (signal === 'SIGTERM' && isTerminated))) dieOf(signal)
    isTerminated ||= signal === 'SIGTERM'
    if (!isFirst) return
    firstAt = performance.now()
    stop(signalExitCode(signal))
    note(`${stopping()}; press Ctrl-C again to quit at once.`)
  }
  const npmEnded = () => {
    if (controller.signal.aborted) return
    stop(signalExitCode('SIGTERM'))
    note(`npm, which started this program, has ended. ${stopping()}.`)
  }
  for (const signal of stopSignals) process.on(signal, receive)
  isWorking = true
  if (isWarned) receive('SIGUSR1')
  const forgetOutput = onOutputLost(stop)
  const forgetNpm = watchNpm(npmEnded)
  try {
    return await work(controller.signal)
  } catch (error) {
    if (exitCode !== undefined && error instanceof LayerRotationError && error.code === 'INTERRUPTED') {
      process.exitCode = exitCode
    }
    throw error
  } finally {
    // Work may stop before the signal's echo arrives, which would then end the process.
    if (firstAt !== undefined) await setTimeout(firstAt + echo - performance.now())
    if (exitCode === undefined) {
      isWorking = false
      for (const signal of stopSignals) process.off(signal, receive)
    } else {
      // The process ends now. Signals that follow the first one must not change its exit code.
      leaveSoon()
    }
    forgetOutput()
    forgetNpm()
  }
}

/**
 * Ends the process even if the reader of its output has stopped reading, like a pager or a log that is full. A process that ends
 * by itself gives each signal its default action back, before it frees LibTorch; process.exit() leaves the handlers to the last.
 */
function leaveSoon(): void {
  setTimer(() => process.exit(), outputPatience).unref()
  // The addon's listener, which waits for its threads, is an earlier one: the work has loaded it.
  process.on('exit', (code) => process.exit(code))
}

/** Ends the process by the signal itself, as without a listener: process.exit() would wait for the current step. */
function dieOf(signal: NodeJS.Signals): never {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  // The kernel spares the first process of a container, so it alone gets here.
  process.exit(signalExitCode(signal))
}
