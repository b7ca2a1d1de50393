import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { liveHolder, takeLock, type Holder } from '../lock/lock.js'
import { layout } from './layout.js'

/** The right to write a run folder, which one process at a time holds. */
export interface RunLock {
  /**
   * @throws {LayerRotationError} RUN_LOCKED if another process considered this one dead, such as while it was paused,
   * and took the lock
   */
  confirm(): Promise<void>
  /** Releases the lock; never rejects. */
  release(): Promise<void>
}

/**
 * Locks a run folder, which must exist, by the folder `lock/` in it.
 *
 * @param patience milliseconds without a sign of life after which a process on another host is considered dead
 * @throws {LayerRotationError} RUN_LOCKED, naming the process; WRITE_FAILED
 */
export async function lockRun(folder: string, patience?: number): Promise<RunLock> {
  const taken = await takeLock(join(folder, layout.lock), patience)
  if ('holder' in taken) throw locked(folder, taken.holder)
  const { lock } = taken
  return {
    async confirm() {
      const successor = await lock.successor()
      if (successor !== undefined) throw locked(folder, successor)
    },
    release: () => lock.release(),
  }
}

/**
 * Tells whether a process is writing a run folder; for a process on another host this takes `patience` milliseconds.
 *
 * @throws {LayerRotationError} RUN_LOCKED if the lock does not name its process
 */
export async function isLocked(folder: string, patience?: number): Promise<boolean> {
  const holder = await liveHolder(join(folder, layout.lock), patience)
  if (holder !== undefined && holder.process === undefined) throw locked(folder, holder)
  return holder !== undefined
}

function locked(folder: string, { file, process }: Holder): LayerRotationError {
  const message =
    process === undefined
      ? `${file} does not name the process that writes this run; remove the file if no process writes this run`
      : `${folder} is being written by process ${process.pid} on ${process.host}; wait until that process ends, or stop it`
  return new LayerRotationError('RUN_LOCKED', message)
}
