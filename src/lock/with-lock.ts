import { setTimeout } from 'node:timers/promises'
import { throwIfInterrupted } from '../interrupted.js'
import { takeLock, type Holder } from './lock.js'

/** The listener of a wait, and the way to stop it. */
export interface LockWait {
  /** Receives a sentence for people: that the work waits. */
  onNote?: ((note: string) => unknown) | undefined
  /** Ends the wait with INTERRUPTED. */
  signal?: AbortSignal | undefined
}

/**
 * Works while no other process holds the same lock, and waits for one that does. A lock of a process that has ended is taken
 * over.
 *
 * @param path the path of the lock, in a folder that exists
 * @param patience milliseconds without a sign of life after which a process on another machine counts as dead
 * @throws {LayerRotationError} WRITE_FAILED, INTERRUPTED while it waits; else the errors of `work`
 */
export async function withLock<Result>(
  path: string,
  { onNote, signal }: LockWait,
  work: () => Promise<Result>,
  patience?: number,
): Promise<Result> {
  let told = false
  const tell = (holder: Holder) => {
    if (!told) onNote?.(waitingFor(path, holder))
    told = true
  }
  for (;;) {
    const taken = await takeLock(path, { patience, signal, onWait: tell })
    if ('lock' in taken) {
      try {
        return await work()
      } finally {
        await taken.lock.release()
      }
    }
    tell(taken.holder)
    await setTimeout(200, undefined, { signal }).catch(() => undefined)
    throwIfInterrupted(signal, `waiting for ${path}`)
  }
}

function waitingFor(path: string, { file, process, owner }: Holder): string {
  if (owner !== undefined) return `waiting for the process that holds ${path}, which belongs to user ${owner}`
  return process === undefined
    ? `waiting for the process that holds ${path}; ${file} does not name it: delete that file if no process is left`
    : `waiting for process ${process.pid} on ${process.host}, which holds ${path}`
}
