import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { processStat } from '../lock/process-stat.js'
import { isUnderNohup } from './nohup.js'

/** Milliseconds between two looks at npm. */
const interval = 1000
const shells = ['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh']

interface Process {
  pid: number
  startTime: number
}

/**
 * npm or npx, if it started this process, and the shell between them. Both wait until this process ends, so if one ends
 * before, it was killed: npm passes SIGTERM on to its shell alone, which dies of it, and SIGHUP and SIGKILL to nobody. Empty
 * under nohup, as npm does not survive the SIGHUP that this process is to survive.
 */
const waiting: readonly Process[] = isUnderNohup ? [] : findWaiting()

/**
 * Calls `onEnd` once if npm or npx, which started this process, has ended.
 *
 * @returns a function that ends the watch
 */
export function watchNpm(onEnd: () => void): () => void {
  if (waiting.length === 0) return () => undefined
  const look = () => {
    if (waiting.every(isRunning)) return
    clearInterval(timer)
    onEnd()
  }
  const timer = setInterval(look, interval).unref()
  return () => clearInterval(timer)
}

function isRunning({ pid, startTime }: Process): boolean {
  const stat = processStat(pid)
  return stat !== undefined && stat.isRunning && stat.startTime === startTime
}

/** Only processes that surely wait for this one: a run that stops although nobody wanted it to is worse than one that goes on. */
function findWaiting(): Process[] {
  const parent = process.ppid
  const words = commandLine(parent)
  if (isNpm(words)) return identified([parent])
  if (!isWaitingShell(words)) return []
  const grandparent = processStat(parent)?.parent ?? 0
  return isNpm(commandLine(grandparent)) ? identified([parent, grandparent]) : []
}

/** npm replaces its command line by a title: `npm exec layer-rotation run mnist`, also for npx. */
function isNpm([title = '']: readonly string[]): boolean {
  return /^npm( |$)/.test(title)
}

/** A shell that npm started as `sh -c <script>` and whose script puts nothing in the background. */
function isWaitingShell([program = '', ...rest]: readonly string[]): boolean {
  if (!shells.includes(basename(program)) || rest[0] !== '-c') return false
  const script = rest.slice(1).join(' ')
  const hasBackground = /(^|[^&>])&(?![&>])/.test(script) || /\b(nohup|setsid|disown|coproc)\b/.test(script)
  return !hasBackground
}

function identified(pids: readonly number[]): Process[] {
  return pids.flatMap((pid) => {
    const stat = processStat(pid)
    return stat === undefined ? [] : [{ pid, startTime: stat.startTime }]
  })
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}
