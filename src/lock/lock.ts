import { randomBytes } from 'node:crypto'
import { mkdtemp, open, readdir, readFile, rename, rm, rmdir, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { json } from '../files/json.js'
import { writing } from '../files/write.js'
import { isAlive, ownIdentity, processIdentitySchema, type ProcessIdentity } from './process-identity.js'

/** Milliseconds between two signs of life of a process that holds a lock. */
const heartbeat = 5_000
/** Milliseconds without a sign of life after which a process that cannot be seen from here is taken for dead. */
const usualPatience = 30_000
/** Names of the files of this process that could not be removed, as on a disk that had become read-only. */
const abandoned = new Set<string>()

/** A lock that this process took. */
export interface Lock {
  /** Who has it by now in place of this process, which was taken for dead, such as when it was stopped. */
  successor(): Promise<Holder | undefined>
  /** Gives it up; never fails. */
  release(): Promise<void>
}

export interface Holder {
  /** The path of what says who it is. */
  file: string
  /** Undefined where the file does not say it. */
  process: ProcessIdentity | undefined
}

/**
 * Takes a lock: a folder with a file that says who has it. One whose process has ended is taken over; of a process on
 * another host or in another container, one that shows no sign of life for 30 seconds.
 *
 * Free of races: a folder can be renamed to that of an empty one, never to that of one with a file in it, so that of
 * several only one gets its own there; and as each file has a name of its own, nobody removes another than the one that he
 * found without a process.
 *
 * @param path of the lock, in a folder that exists
 * @param signal ends the watch for a sign of life: the holder then counts as alive
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
    if (holder === undefined) continue // released since
    if (!abandoned.has(basename(holder.file)) && (await showsLife(holder, patience, signal))) return { holder }
    await writing(path, () => rm(holder.file, { force: true }))
  }
}

/** Whether a process holds a lock, or may; takes `patience` to tell of one that cannot be seen from here. */
export async function liveHolder(path: string, patience = usualPatience): Promise<Holder | undefined> {
  const holder = await holderOf(path)
  return holder !== undefined && (await showsLife(holder, patience)) ? holder : undefined
}

/** @returns the path of the own file; undefined where there is another's */
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
      // Fails where another process has come in between.
      await rmdir(path).catch(() => undefined)
    },
  }
}

async function holderOf(path: string): Promise<Holder | undefined> {
  const [name] = await readdir(path).catch(() => [])
  if (name === undefined) return undefined
  const file = join(path, name)
  try {
    return { file, process: processIdentitySchema.parse(JSON.parse(await readFile(file, 'utf8'))) }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : { file, process: undefined }
  }
}

/** Of what does not say which process it is of, it is taken to. */
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
