import { readFileSync } from 'node:fs'

/** The kernel's record of a process. */
export interface ProcessStat {
  isRunning: boolean
  /** Process id of the parent; 0 if that is outside this container. */
  parent: number
  session: number
  /** Clock ticks from the host's start to the process's. */
  startTime: number
}

/**
 * Reads /proc/pid/stat, see proc(5): the name in parentheses may contain spaces and parentheses; field 3 is the state,
 * field 4 the parent, field 6 the session, field 22 the start time. Undefined for a process that is not there or not
 * visible.
 */
export function processStat(pid: number): ProcessStat | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
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
