import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { open, readdir, rename, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { ifPresent } from './if-present.js'
import { reading } from './reading.js'
import { copyFrom, withRegular } from './regular-file.js'
import { systemErrorName, systemReason } from './system-error.js'

/** Opens a file for writing from its beginning. A link in its place is an error. @throws {LayerRotationError} WRITE_FAILED */
export function openNew(path: string): Promise<FileHandle> {
  return openWith(path, constants.O_TRUNC)
}

/** Opens a file for writing at its end. A link in its place is an error. @throws {LayerRotationError} WRITE_FAILED */
export function openAtEnd(path: string): Promise<FileHandle> {
  return openWith(path, constants.O_APPEND)
}

function openWith(path: string, flag: number): Promise<FileHandle> {
  const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants
  return writing(path, () => open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | flag))
}

/** Runs `work`, which writes `path`. @throws {LayerRotationError} WRITE_FAILED instead of a system error */
export async function writing<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof LayerRotationError ? error : writeFailed(path, error)
  }
}

/**
 * Writes a whole file atomically: a reader sees the old content or the new one, never a part.
 *
 * @param content the content, or its consecutive parts
 */
export function writeWhole(path: string, content: string | Uint8Array | readonly Uint8Array[]): Promise<void> {
  return replace(path, (file) => writeFile(file, content))
}

/** Writes a whole file atomically, like writeWhole, and waits until it survives a loss of power. */
export function writeDurably(path: string, content: string | Uint8Array | readonly Uint8Array[]): Promise<void> {
  return replace(path, async (file) => {
    await writeFile(file, content)
    await file.sync()
  })
}

/** Copies a regular file atomically. @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, WRITE_FAILED */
export async function copyWhole(from: string, to: string): Promise<void> {
  await reading(from, () => withRegular(from, (source) => replace(to, (file) => copyFrom(source, file))))
}

/**
 * Writes a small file that must be written even if the disk is full, because it records why nothing else could be: if
 * writeWhole fails, it overwrites the file in the disk block that it already has.
 */
export async function writeEvenIfFull(path: string, content: string): Promise<void> {
  try {
    await writeWhole(path, content)
  } catch (error) {
    if (!isFull(error)) throw error
    const file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW).catch(() => undefined)
    if (file === undefined) throw error
    try {
      const bytes = Buffer.from(content)
      await file.write(bytes, 0, bytes.length, 0)
      await file.truncate(bytes.length)
    } catch {
      throw error
    } finally {
      await file.close().catch(() => undefined)
    }
  }
}

function isFull(error: unknown): boolean {
  const name = systemErrorName((error as LayerRotationError).cause ?? {})
  return name === 'ENOSPC' || name === 'EDQUOT'
}

/**
 * Adds text at the end of a file, which it makes if there is none. A link in its place is an error: it may lead to other
 * people's files. @throws {LayerRotationError} WRITE_FAILED
 */
export function appendText(path: string, text: string | Uint8Array): Promise<void> {
  return writing(path, async () => {
    const file = await openAtEnd(path)
    try {
      await file.writeFile(text)
    } finally {
      await file.close()
    }
  })
}

/** Removes the temporary files that a process left in a folder because it was killed. */
export async function removeTemporaries(folder: string): Promise<void> {
  for (const name of (await reading(folder, () => ifPresent(() => readdir(folder)))) ?? []) {
    if (isTemporary(name)) await writing(folder, () => rm(join(folder, name), { recursive: true, force: true }))
  }
}

/** Returns a new path beside `path`, for what gets that name once it is complete. */
export const temporaryPath = (path: string): string => `${path}.${randomBytes(8).toString('hex')}.tmp`

/** Tells whether a name is that of a temporary file. */
export const isTemporary = (name: string): boolean => temporaryName.test(name)

const temporaryName = /\.[0-9a-f]{16}\.tmp$/

/**
 * The temporary file is new and has a name that nobody can guess: two processes that write one path do not meet, and no link
 * that waits in a folder from somebody else is followed.
 */
function replace(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const target = resolve(path) // stays the same if the program changes its working directory
  const temporary = temporaryPath(target)
  return writing(path, async () => {
    try {
      const file = await open(temporary, 'wx')
      try {
        await write(file)
      } finally {
        await file.close()
      }
      await rename(temporary, target)
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined)
      throw error
    }
  })
}

/** Turns a system error of writing `path` into an error of this package. */
export function writeFailed(path: string, error: unknown): LayerRotationError {
  return new LayerRotationError('WRITE_FAILED', `${path} could not be written: ${systemReason(error, reasons)}`, {
    cause: error,
  })
}

const reasons = {
  ENOSPC: 'the disk is full; free some space or choose another folder',
  EDQUOT: 'the disk quota is used up; free some space or choose another folder',
  EFBIG: 'the file would exceed the size limit of this process; raise it with `ulimit -f`',
  EACCES: 'permission denied; choose a folder that you may write to',
  EPERM: 'permission denied; choose a folder that you may write to',
  EROFS: 'the file system is read-only; choose another folder',
  ENOENT: 'its folder does not exist',
  EEXIST: 'a part of its path is a file, not a folder',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'a folder has its name; remove or rename that folder',
  ELOOP: 'it is a symbolic link; remove it',
  ENAMETOOLONG: 'its name is longer than a name can be; choose a shorter one',
  ENOTEMPTY: 'a folder with files in it has this name; remove it or choose another name',
  EXDEV: 'its folder spans two file systems; choose another folder',
  ETXTBSY: 'it is a program that is running; end that program',
}
