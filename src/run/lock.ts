import { randomBytes } from 'node:crypto'
import { mkdtemp, open, readdir, readFile, rename, rm, rmdir, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { LayerRotationError } from '../errors.js'
import { layout } from './layout.js'
import { isAlive, ownIdentity, processIdentitySchema, type ProcessIdentity } from './process-identity.js'
import { json, writing } from './write.js'

/** Milliseconds between two signs of life of a process that holds a lock. */
const heartbeat = 5_000
const defaultPatience = 30_000
/** Names of the files of this process that could not be removed, as on a disk that had become read-only. */
const abandoned = new Set<string>()

/** The right to write a run folder; one process has it at a time. */
export interface RunLock {
  /** @throws {LayerRotationError} RUN_LOCKED where another process has taken this one for dead, such as when it was stopped */
  confirm(): Promise<void>
  /** Gives the right up; never fails. */
  release(): Promise<void>
}

/**
 * Takes the right to write a run folder: `lock/` in it, with a file that says who has it. A lock whose process has ended is
 * taken over; of a process on another host or in another container, one that shows no sign of life for 30 seconds.
 *
 * Free of races: a folder can be renamed to that of an empty one, never to that of one with a file in it, so that of
 * several only one gets its own there; and as each file has a name of its own, nobody removes another than the one that he
 * found without a process.
 *
 * @param folder exists
 * @param patience milliseconds without a sign of life after which a process that cannot be seen from here is taken for dead
 * @throws {LayerRotationError} RUN_LOCKED, naming the process; WRITE_FAILED
 */
export async function lockRun(folder: string, patience = defaultPatience): Promise<RunLock> {
  const lock = join(folder, layout.lock)
  for (;;) {
    const own = await claim(lock)
    if (own !== undefined) return held(folder, lock, own)
    const holder = await holderOf(lock)
    if (holder === undefined) continue // released since
    if (!abandoned.has(basename(holder.file)) && (await showsLife(holder, patience))) throw locked(folder, holder)
    await writing(lock, () => rm(holder.file, { force: true }))
  }
}

/** Whether a process is writing a run folder; takes `patience` to tell of one that cannot be seen from here. */
export async function isLocked(folder: string, patience = defaultPatience): Promise<boolean> {
  const holder = await holderOf(join(folder, layout.lock))
  return holder !== undefined && (await showsLife(holder, patience))
}

interface Holder extends ProcessIdentity {
  /** The path of what says so. */
  file: string
}

/** @returns the path of the own file; undefined where there is another's */
async function claim(lock: string): Promise<string | undefined> {
  return writing(lock, async () => {
    const name = `${randomBytes(8).toString('hex')}.json`
    const prepared = await mkdtemp(`${lock}.`)
    try {
      const file = await open(join(prepared, name), 'wx')
      try {
        await file.writeFile(json(ownIdentity()))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(prepared, lock)
      return join(lock, name)
    } catch (error) {
      await rm(prepared, { recursive: true, force: true })
      if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
      throw error
    }
  })
}

function held(folder: string, lock: string, own: string): RunLock {
  const beat = () => utimes(own, new Date(), new Date()).catch(() => undefined)
  const timer = setInterval(() => void beat(), heartbeat).unref()
  return {
    async confirm() {
      const holder = await holderOf(lock)
      if (holder !== undefined && holder.file !== own) throw locked(folder, holder)
    },
    async release() {
      clearInterval(timer)
      await rm(own, { force: true }).catch(() => void abandoned.add(basename(own)))
      // Fails where another process has come in between.
      await rmdir(lock).catch(() => undefined)
    },
  }
}

async function holderOf(lock: string): Promise<Holder | undefined> {
  const [name] = await readdir(lock).catch(() => [])
  if (name === undefined) return undefined
  const file = join(lock, name)
  try {
    return { ...processIdentitySchema.parse(JSON.parse(await readFile(file, 'utf8'))), file }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    const message = `${file} does not say which process writes this run; remove it if none does`
    throw new LayerRotationError('RUN_LOCKED', message, { cause: error })
  }
}

async function showsLife(holder: Holder, patience: number): Promise<boolean> {
  const alive = isAlive(holder)
  if (alive !== undefined) return alive
  const first = await lastBeat(holder)
  for (let waited = 0; waited < patience; waited += 1000) {
    await setTimeout(1000)
    const last = await lastBeat(holder)
    if (last !== first) return last !== undefined
  }
  return false
}

/** By the file system's clock; undefined where the lock is gone. Opening the file makes NFS ask its server. */
async function lastBeat({ file }: Holder): Promise<number | undefined> {
  const opened = await open(file).catch(() => undefined)
  if (opened === undefined) return undefined
  try {
    return (await opened.stat()).mtimeMs
  } finally {
    await opened.close()
  }
}

function locked(folder: string, { pid, host }: Holder): LayerRotationError {
  const message = `${folder} is being written by process ${pid} on ${host}; wait until it has ended, or end it`
  return new LayerRotationError('RUN_LOCKED', message)
}
