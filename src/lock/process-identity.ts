import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'

export const processIdentitySchema = z.object({
  host: z.string(),
  /** Containers of one host may share its name, and count their processes each from 1. */
  pidNamespace: z.string().optional(),
  pid: z.int().min(1),
  /** Clock ticks from the host's start to the process's: tells it from a later one with the same pid. */
  startTime: z.int().min(0).optional(),
})

/** What tells a process from every other, on this host and elsewhere. */
export type ProcessIdentity = z.output<typeof processIdentitySchema>

/** This process. */
export function ownIdentity(): ProcessIdentity {
  const pidNamespace = ownNamespace()
  const startTime = processStat(process.pid)?.startTime
  return {
    host: hostname(),
    ...(pidNamespace !== undefined && { pidNamespace }),
    pid: process.pid,
    ...(startTime !== undefined && { startTime }),
  }
}

/** Whether a process still runs; undefined of one that cannot be seen from here: on another host or in another container. */
export function isAlive({ host, pidNamespace, pid, startTime }: ProcessIdentity): boolean | undefined {
  if (host !== hostname() || (pidNamespace !== undefined && pidNamespace !== ownNamespace())) return undefined
  const found = processStat(pid)
  if (found === undefined) return exists(pid)
  return found.isRunning && (startTime === undefined || startTime === found.startTime)
}

function ownNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return undefined
  }
}

/** Of another user's process, too, which /proc may hide. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0) // signal 0 only asks
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** See proc(5): the name, in parentheses, may hold spaces and parentheses itself; the state is field 3, the start 22. */
function processStat(pid: number): { isRunning: boolean; startTime: number } | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  // A zombie has ended, and waits only for its parent to ask how.
  return { isRunning: !['Z', 'X'].includes(fields[0]!), startTime: Number(fields[22 - 3]) }
}
