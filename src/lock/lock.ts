import { randomBytes } from 'node:crypto'
import { mkdtemp, open, readdir, rename, rm, rmdir, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { json } from '../files/json.js'
import { readText } from '../files/read-text.js'
import { openRegular } from '../files/regular-file.js'
import { writing } from '../files/write.js'
import { isAlive, ownIdentity, processIdentitySchema, type ProcessIdentity } from './process-identity.js'

/** Milliseconds between two signs of life from a process that holds a lock. */
const heartbeat = 5_000
/** Milliseconds without a sign of life after which a process on another host, or in another container, counts as dead. */
const usualPatience = 30_000
/** The most bytes of a file that identifies a process. */
const largestIdentity = 2 ** 16
/** Names of this process's lock files that could not be removed, for example because the disk had become read-only. */
const abandoned = new Set<string>()

/** A lock that this process has taken. */
export interface Lock {
  /** The process that has taken the lock over because it counted this one, for example while it was stopped, as dead. */
  successor(): Promise<Holder | undefined>
  /** Gives the lock up; never fails. */
  release(): Promise<void>
}

/** The process that holds a lock. */
export interface Holder {
  /** Path of the file that identifies the process. */
  file: string
  /** Undefined if the file does not identify it. */
  process: ProcessIdentity | undefined
}

/**
 * Takes a lock: a folder with a file that identifies its holder. It takes over the lock of a process that has ended, or, on
 * another host or in another container, that has shown no sign of life for 30 seconds.
 *
 * There are no races. A folder can be renamed to the name of an empty folder but not of one that has a file in it, so of
 * several processes only one gets its folder there. And because each lock file has a name of its own, a process only removes
 * the file of the holder that it found dead.
 *
 * @param path the lock's path, in a folder that exists
 * @param patience milliseconds to wait for a sign of life
 * @param signal ends the wait for a sign of life; the holder then counts as alive
 * @throws {LayerRotationError} WRITE_FAILED
 */
export async function takeLock(
  path: string,
  patience = usualPatience,
  signal?: AbortSignal,
): Promise<{ lock: Lock } | { holder: Holder }> {
  for (;;) {
    const own = await claim(path)
    if (own !== undefined) return { lock: held(path, own) }
    const holder = await holderOf(path)
    if (holder === undefined) continue // released in the meantime
    if (!abandoned.has(basename(holder.file)) && (await showsLife(holder, patience, signal))) return { holder }
    await writing(path, () => rm(holder.file, { force: true }))
  }
}

/** Returns the live process that holds a lock, if any. For one on another host this can take `patience` milliseconds. */
export async function liveHolder(path: string, patience = usualPatience): Promise<Holder | undefined> {
  const holder = await holderOf(path)
  return holder !== undefined && (await showsLife(holder, patience)) ? holder : undefined
}

/** Claims the lock for this process. @returns the path of its file; undefined if another process holds the lock */
async function claim(path: string): Promise<string | undefined> {
  return writing(path, async () => {
    const name = `${randomBytes(8).toString('hex')}.json`
    const prepared = await mkdtemp(`${path}.`)
    try {
      const file = await open(join(prepared, name), 'wx')
      try {
        await file.writeFile(json(ownIdentity()))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(prepared, path)
      return join(path, name)
    } catch (error) {
      await rm(prepared, { recursive: true, force: true })
      if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
      throw error
    }
  })
}

function held(path: string, own: string): Lock {
  const beat = () => utimes(own, new Date(), new Date()).catch(() => undefined)
  const timer = setInterval(() => void beat(), heartbeat).unref()
  return {
    async successor() {
      const holder = await holderOf(path)
      return holder?.file === own ? undefined : holder
    },
    async release() {
      clearInterval(timer)
      await rm(own, { force: true }).catch(() => void abandoned.add(basename(own)))
      // This fails if another process has taken the lock over.
      await rmdir(path).catch(() => undefined)
    },
  }
}

async function holderOf(path: string): Promise<Holder | undefined> {
  const [name] = await readdir(path).catch(() => [])
  if (name === undefined) return undefined
  const file = join(path, name)
  try {
    return { file, process: processIdentitySchema.parse(JSON.parse(await readText(file, largestIdentity))) }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : { file, process: undefined }
  }
}

/** Returns whether the holder is alive; one whose file does not identify it counts as alive. */
async function showsLife(holder: Holder, patience: number, signal?: AbortSignal): Promise<boolean> {
  const alive = holder.process === undefined || isAlive(holder.process)
  if (alive !== undefined) return alive
  const first = await lastBeat(holder)
  for (let waited = 0; waited < patience; waited += 1000) {
    await setTimeout(1000, undefined, { signal }).catch(() => undefined)
    if (signal?.aborted) return true
    const last = await lastBeat(holder)
    if (last !== first) return last !== undefined
  }
  return false
}

/**
 * The last sign of life by the file system's clock; undefined if the lock is gone. Opening the file makes NFS ask its
 * server.
 */
async function lastBeat({ file }: Holder): Promise<number | undefined> {
  const opened = await openRegular(file).catch(() => undefined)
  if (opened === undefined) return undefined
  try {
    return (await opened.stat()).mtimeMs
  } finally {
    await opened.close()
  }
}
