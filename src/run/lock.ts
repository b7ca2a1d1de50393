import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { liveHolder, takeLock, type Holder } from '../lock/lock.js'
import { layout } from './layout.js'

/** The right to write a run folder; one process has it at a time. */
export interface RunLock {
  /** @throws {LayerRotationError} RUN_LOCKED where another process has taken this one for dead, such as when it was stopped */
  confirm(): Promise<void>
  /** Gives the right up; never fails. */
  release(): Promise<void>
}

/**
 * Takes the right to write a run folder: `lock/` in it.
 *
 * @param folder exists
 * @param patience milliseconds without a sign of life after which a process that cannot be seen from here is taken for dead
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
 * Whether a process is writing a run folder; takes `patience` to tell of one that cannot be seen from here.
 *
 * @throws {LayerRotationError} RUN_LOCKED where the lock does not say it
 */
export async function isLocked(folder: string, patience?: number): Promise<boolean> {
  const holder = await liveHolder(join(folder, layout.lock), patience)
  if (holder !== undefined && holder.process === undefined) throw locked(folder, holder)
  return holder !== undefined
}

function locked(folder: string, { file, process }: Holder): LayerRotationError {
  const message =
    process === undefined
      ? `${file} does not say which process writes this run; remove it if none does`
      : `${folder} is being written by process ${process.pid} on ${process.host}; wait until it has ended, or end it`
  return new LayerRotationError('RUN_LOCKED', message)
}
