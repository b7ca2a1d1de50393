import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename } from 'node:path'
import { z } from 'zod'
import { readStat } from './process-stat.js'

export const processIdentitySchema = z.object({
  host: z.string(),
  /** Distinguishes machines of one host name, and the starts of a machine: a hash of Linux's machine-id and boot_id. */
  boot: z.string().optional(),
  /** Distinguishes containers, which may share all of these and each number their processes from 1. */
  pidNamespace: z.string().optional(),
  pid: z.int().min(1),
  /** Number of the thread: a worker thread can end before its process. */
  thread: z.int().min(1).optional(),
  /** Clock ticks from the boot to the thread's start, which distinguish it from a later one with the same number. */
  startTime: z.int().min(0).optional(),
})

/** The identity of a thread among all threads of all machines. */
export type ProcessIdentity = z.output<typeof processIdentitySchema>

let own: ProcessIdentity | undefined

/** The identity of this thread. @throws {Error} a system error if the system does not tell it now */
export function ownIdentity(): ProcessIdentity {
  own ??= identify()
  return own
}

function identify(): ProcessIdentity {
  const ids = ['/etc/machine-id', '/proc/sys/kernel/random/boot_id'].map((file) =>
    seen(() => readFileSync(file, 'utf8')),
  )
  // machine-id(5) asks for a hash where others may read it.
  const boot = createHash('sha256').update(JSON.stringify(ids)).digest('hex').slice(0, 32)
  const pidNamespace = seen(() => readlinkSync('/proc/self/ns/pid'))
  const thread = seen(() => Number(basename(readlinkSync('/proc/thread-self'))))
  const startTime = seen(() => readStat(process.pid, thread))?.startTime
  return {
    host: hostname(),
    boot,
    ...(pidNamespace !== undefined && { pidNamespace }),
    pid: process.pid,
    ...(thread !== undefined && { thread }),
    ...(startTime !== undefined && { startTime }),
  }
}

/** Returns undefined if this system does not have what `look` reads. */
function seen<Found>(look: () => Found): Found | undefined {
  try {
    return look()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Returns whether a thread still runs; undefined for one that is not visible from here: on another machine, of another start
 * of this one, or in another container.
 */
export function isAlive(identity: ProcessIdentity): boolean | undefined {
  const { pid, thread, startTime } = identity
  try {
    const here = ownIdentity()
    if (places.some((key) => identity[key] !== here[key])) return undefined
    const found = seen(() => readStat(pid, thread))
    if (found === undefined) return isHidden(pid)
    return found.isRunning && (startTime === undefined || startTime === found.startTime)
  } catch {
    return undefined // the system does not tell it now
  }
}

const places = ['host', 'boot', 'pidNamespace'] as const

/** Returns whether a process exists, of another user, that /proc hides. */
function isHidden(pid: number): boolean {
  if (seen(() => readdirSync(`/proc/${pid}`)) !== undefined) return false
  try {
    process.kill(pid, 0) // signal 0 only asks
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
