import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { writing } from '../files/write.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { holderOf, takeLock, type Holder, type Lock, type Waiting } from '../lock/lock.js'
import { layout } from './layout.js'

/** The right to write a run folder, which one process at a time holds. */
export interface RunLock {
  /**
   * Call this before each change of a file: a process that was stopped, such as on a laptop that slept, may have been
   * counted as dead, and another one may be writing the run.
   *
   * @throws {LayerRotationError} RUN_LOCKED if another process has taken the lock; READ_FAILED
   */
  confirm(): Promise<void>
  /** Releases the lock; never rejects. */
  release(): Promise<void>
}

/**
 * Changes a file of a run, if this process still holds its lock. @throws {LayerRotationError} RUN_LOCKED, READ_FAILED,
 * WRITE_FAILED
 */
export type Change = <Result>(path: string, work: () => Promise<Result>) => Promise<Result>

/** The changes that a lock allows. */
export const changing =
  (lock: RunLock): Change =>
  async (path, work) => {
    await lock.confirm()
    return writing(path, work)
  }

/** The options of locking a run. */
export interface RunLockOptions extends Pick<Waiting, 'patience' | 'signal'> {
  /** Receives a sentence for people: that a process which is not visible from here may hold the lock. */
  onNote?: ((note: string) => unknown) | undefined
}

/**
 * Locks a run folder, which must exist, by the folder `lock/` in it.
 *
 * @throws {LayerRotationError} RUN_LOCKED, naming the process; INTERRUPTED while it waits for a sign of life; WRITE_FAILED,
 *   READ_FAILED
 */
export async function lockRun(folder: string, options: RunLockOptions = {}): Promise<RunLock> {
  const taken = await take(folder, options)
  if ('holder' in taken) throw locked(folder, taken.holder)
  return runLock(folder, taken.lock)
}

/**
 * Locks a run folder, unless a process that is known holds the lock.
 *
 * @returns undefined if another process is writing the run
 * @throws {LayerRotationError} RUN_LOCKED if the lock does not name its process; INTERRUPTED while it waits for a sign of
 *   life; WRITE_FAILED, READ_FAILED
 */
export async function lockIfFree(folder: string, options: RunLockOptions = {}): Promise<RunLock | undefined> {
  const taken = await take(folder, options)
  if ('lock' in taken) return runLock(folder, taken.lock)
  if (taken.holder.process === undefined) throw locked(folder, taken.holder)
  return undefined
}

async function take(folder: string, { onNote, signal, patience }: RunLockOptions): ReturnType<typeof takeLock> {
  const onWait = ({ process }: Holder) =>
    onNote?.(`waiting for a sign of life from process ${process?.pid} on ${process?.host}, which locked ${folder}`)
  const taken = await takeLock(join(folder, layout.lock), { patience, signal, onWait })
  if ('holder' in taken && signal?.aborted) {
    throw new LayerRotationError('INTERRUPTED', `stopped before ${folder} was resumed; it is unchanged`)
  }
  return taken
}

function runLock(folder: string, lock: Lock): RunLock {
  return {
    async confirm() {
      if (await lock.isHeld()) return
      const holder = await holderOf(join(folder, layout.lock))
      if (holder !== undefined) throw locked(folder, holder)
      // Whoever writes into a folder that is gone learns that from the system.
      if ((await statIfPresent(folder)) === undefined) return
      const message = `${folder} is no longer locked by this process: its lock was removed, or taken over while this process showed no sign of life; resume the run if it is not finished`
      throw new LayerRotationError('RUN_LOCKED', message)
    },
    release: () => lock.release(),
  }
}

function locked(folder: string, { file, process, owner }: Holder): LayerRotationError {
  const message =
    process !== undefined
      ? `${folder} is being written by process ${process.pid} on ${process.host}; wait until that process ends, or stop it`
      : owner !== undefined
        ? `${file} belongs to user ${owner} and cannot be read; ask that user whether a process writes this run`
        : `${file} does not name the process that writes this run; remove the file if no process writes this run`
  return new LayerRotationError('RUN_LOCKED', message)
}
