import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'
import { processStat } from './process-stat.js'

export const processIdentitySchema = z.object({
  host: z.string(),
  /** Distinguishes containers, which may share their host's name and each number their processes from 1. */
  pidNamespace: z.string().optional(),
  pid: z.int().min(1),
  /** Clock ticks from the host's start to the process's, which distinguish it from a later process with the same pid. */
  startTime: z.int().min(0).optional(),
})

/** The identity of a process among all processes of all hosts. */
export type ProcessIdentity = z.output<typeof processIdentitySchema>

/** The identity of this process. */
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

/**
 * Returns whether a process still runs; undefined for one that is not visible from here: on another host or in another
 * container.
 */
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

/** Returns whether a process exists, even one of another user that /proc hides. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0) // signal 0 only asks
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
