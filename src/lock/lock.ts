import { randomBytes } from 'node:crypto'
import { lstat, mkdir, open, readdir, rename, rm, rmdir, stat, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { ifPresent } from '../files/if-present.js'
import { json } from '../files/json.js'
import { isReadFailure, reading } from '../files/reading.js'
import { readText } from '../files/read-text.js'
import { withRegular } from '../files/regular-file.js'
import { writing } from '../files/write.js'
import { isAlive, ownIdentity, processIdentitySchema, type ProcessIdentity } from './process-identity.js'

/** Milliseconds between two signs of life from a process that holds a lock. */
const heartbeat = 5_000
/** The usual patience, in milliseconds. */
const usualPatience = 30_000
/** The most bytes of a file that identifies a process. */
const largestIdentity = 2 ** 16
/** Names of this process's lock files that could not be removed, for example because the disk had become read-only. */
const abandoned = new Set<string>()

/** A lock that this process has taken. */
export interface Lock {
  /**
   * Returns whether this process still has the lock: another one takes it over if it counts this one, for example while it
   * was stopped, as dead. Ask before each change of what the lock protects. @throws {LayerRotationError} READ_FAILED
   */
  isHeld(): Promise<boolean>
  /** Gives the lock up; never fails. */
  release(): Promise<void>
}

/** Options of taking a lock. */
export interface Waiting {
  /** Milliseconds without a sign of life after which a process that is not visible from here counts as dead. */
  patience?: number | undefined
  /** Ends the wait for a sign of life; the holder then counts as alive. */
  signal?: AbortSignal | undefined
  /** Called before the wait for a sign of life. */
  onWait?: ((holder: Holder) => void) | undefined
}

/** The process that holds a lock. */
export interface Holder {
  /** Path of the file that identifies the process, or of the lock if that cannot be read. */
  file: string
  /** Undefined if the file does not identify it. */
  process: ProcessIdentity | undefined
  /** Number of the other user to whom the lock belongs, if this user may not read it. */
  owner?: number
}

/**
 * Takes a lock: a folder with a file that identifies its holder. It takes over the lock of a process that has ended, or, on
 * another machine or in another container, that has shown no sign of life for 30 seconds.
 *
 * There are no races. A folder can be renamed to the name of an empty folder but not of one that has a file in it, so of
 * several processes only one gets its folder there. And because each lock file has a name of its own, a process only removes
 * the file of the holder that it found dead.
 *
 * @param path the lock's path, in a folder that exists
 * @throws {LayerRotationError} WRITE_FAILED, READ_FAILED
 */
export async function takeLock(path: string, waiting: Waiting = {}): Promise<{ lock: Lock } | { holder: Holder }> {
  for (;;) {
    const own = await claim(path)
    if (own !== undefined) return { lock: held(path, own) }
    const holder = await holderOf(path)
    if (holder === undefined) continue // released in the meantime
    if (!abandoned.has(basename(holder.file)) && (await showsLife(holder, waiting))) return { holder }
    await writing(path, () => rm(holder.file, { force: true }))
  }
}

/** Returns the process that holds a lock, dead or alive. @throws {LayerRotationError} READ_FAILED */
export async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    const [name] = (await ifPresent(() => readdir(path))) ?? []
    if (name === undefined) return undefined
    const file = join(path, name)
    // A file that is no text identifies nobody.
    const text = await ifPresent(() => readText(file, largestIdentity)).catch((error: unknown) => {
      if (isReadFailure(error)) throw error
      return ''
    })
    if (text !== undefined) return { file, process: identityIn(text) }
    // A link to nothing is no file that was removed in the meantime: whoever waits for it to go would wait for ever.
    return (await ifPresent(() => lstat(file))) && { file, process: undefined }
  } catch (error) {
    return reading(path, async () => {
      if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
      const found = await ifPresent(() => stat(path))
      // Whoever may not read a lock of their own has to mend that; nobody else can be asked.
      if (found?.uid === process.geteuid!()) throw error
      return found && { file: path, process: undefined, owner: found.uid }
    })
  }
}

function identityIn(text: string): ProcessIdentity | undefined {
  try {
    return processIdentitySchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Claims the lock for this process. @returns the path of its file; undefined if another process holds the lock */
async function claim(path: string): Promise<string | undefined> {
  return writing(path, async () => {
    const name = `${randomBytes(8).toString('hex')}.json`
    const prepared = `${path}.${randomBytes(8).toString('hex')}`
    await mkdir(prepared)
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
      await rm(prepared, { recursive: true, force: true }).catch(() => undefined)
      if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
      throw error
    }
  })
}

function held(path: string, own: string): Lock {
  const beat = () => utimes(own, new Date(), new Date()).catch(() => undefined)
  const timer = setInterval(() => void beat(), heartbeat).unref()
  return {
    isHeld: async () => (await lastBeat(own)) !== undefined,
    async release() {
      clearInterval(timer)
      await rm(own, { force: true }).catch(() => void abandoned.add(basename(own)))
      // This fails if another process has taken the lock over.
      await rmdir(path).catch(() => undefined)
    },
  }
}

/** Returns whether the holder is alive; one whose file does not identify it counts as alive. */
async function showsLife(holder: Holder, { patience = usualPatience, signal, onWait }: Waiting): Promise<boolean> {
  const alive = holder.process === undefined || isAlive(holder.process)
  if (alive !== undefined) return alive
  onWait?.(holder)
  const first = await lastBeat(holder.file)
  for (let waited = 0; waited < patience; waited += 1000) {
    await setTimeout(1000, undefined, { signal }).catch(() => undefined)
    if (signal?.aborted) return true
    const last = await lastBeat(holder.file)
    if (last !== first) return last !== undefined
  }
  return false
}

/**
 * The last sign of life in a lock's file, by the file system's clock; undefined if the file is gone. Opening it makes NFS ask
 * its server.
 */
export function lastBeat(file: string): Promise<number | undefined> {
  return reading(file, () => ifPresent(() => withRegular(file, async (opened) => (await opened.stat()).mtimeMs)))
}
