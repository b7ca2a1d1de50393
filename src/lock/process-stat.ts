import { readFileSync } from 'node:fs'

/** The kernel's record of a thread. */
export interface ProcessStat {
  isRunning: boolean
  /** Process id of the parent; 0 if that is outside this container. */
  parent: number
  session: number
  /** Clock ticks from the host's start to the thread's. */
  startTime: number
}

/** The record of a process; undefined for one that is not there or not visible. */
export function processStat(pid: number): ProcessStat | undefined {
  try {
    return readStat(pid)
  } catch {
    return undefined
  }
}

/**
 * Reads the stat file of a thread, see proc(5): the name in parentheses may contain spaces and parentheses; field 3 is the
 * state, field 4 the parent, field 6 the session, field 22 the start time.
 *
 * @throws {Error} a system error
 */
export function readStat(pid: number, thread = pid): ProcessStat {
  const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const field = (number: number) => fields[number - 3]!
  return {
    // A zombie has ended and only waits for its parent to read its exit status.
    isRunning: !['Z', 'X'].includes(field(3)),
    parent: Number(field(4)),
    session: Number(field(6)),
    startTime: Number(field(22)),
  }
}
