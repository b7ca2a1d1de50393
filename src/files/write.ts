import { open, rename, rm, writeFile } from 'node:fs/promises'
import { LayerRotationError } from '../errors.js'
import { failedStorage } from './failed-storage.js'

/** Runs `work`, which writes `path`. @throws {LayerRotationError} WRITE_FAILED instead of a system error */
export async function writing<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof LayerRotationError) throw error
    throw writeFailed(path, error)
  }
}

/**
 * Writes a whole file atomically: a reader sees the old content or the new one, never a part.
 *
 * @param content the content, or its consecutive parts
 */
export function writeWhole(path: string, content: string | Uint8Array | readonly Uint8Array[]): Promise<void> {
  return replace(path, (temporary) => writeFile(temporary, content))
}

/** Writes a whole file atomically, like writeWhole, and waits until it survives a loss of power. */
export function writeDurably(path: string, content: string | Uint8Array | readonly Uint8Array[]): Promise<void> {
  return replace(path, async (temporary) => {
    const file = await open(temporary, 'w')
    try {
      await writeFile(file, content)
      await file.sync()
    } finally {
      await file.close()
    }
  })
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
    const file = await open(path, 'r+').catch(() => undefined)
    if (file === undefined) throw error
    try {
      const bytes = Buffer.from(content)
      await file.write(bytes, 0, bytes.length, 0)
      await file.truncate(bytes.length)
    } catch {
      throw error
    } finally {
      await file.close()
    }
  }
}

function isFull(error: unknown): boolean {
  const { code } = ((error as LayerRotationError).cause ?? {}) as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
}

function replace(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.tmp`
  return writing(path, async () => {
    try {
      await write(temporary)
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined)
      throw error
    }
  })
}

/** Turns a system error of writing `path` into an error of this package. */
export function writeFailed(path: string, error: unknown): LayerRotationError {
  const { code, message } = error as NodeJS.ErrnoException
  const reason = failedStorage(error) ?? ((code !== undefined && reasons[code]) || message)
  return new LayerRotationError('WRITE_FAILED', `${path} could not be written: ${reason}`, { cause: error })
}

const reasons: Record<string, string> = {
  ENOSPC: 'the disk is full; free some space or choose another folder',
  EDQUOT: 'the disk quota is used up; free some space or choose another folder',
  EFBIG: 'the file would exceed the size limit of this process; raise it with `ulimit -f`',
  EACCES: 'permission denied; choose a folder that you may write to',
  EPERM: 'permission denied; choose a folder that you may write to',
  EROFS: 'the file system is read-only; choose another folder',
  ENOENT: 'its folder does not exist',
  EEXIST: 'a part of its path is a file, not a folder',
  ENOTDIR: 'a part of its path is a file, not a folder',
}
