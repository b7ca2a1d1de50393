import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { writeAll } from './write-all.js'

/**
 * Opens a file for reading that anybody may have put there. It must be a regular file: a device may never end. What is
 * checked is what was opened, and opening a pipe does not wait for a writer.
 *
 * @throws {Error} a system error, or an error that says what is wrong with the file
 */
export async function openRegular(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  try {
    if ((await handle.stat()).isFile()) return handle
  } catch (error) {
    await handle.close().catch(() => undefined)
    throw error
  }
  await handle.close().catch(() => undefined)
  throw new Error('it is not a regular file')
}

/**
 * Opens a regular file as `openRegular` does, reads it by `work` and closes it. What was read counts, even if the file cannot
 * be closed.
 *
 * @throws {Error} a system error, or an error that says what is wrong with the file
 */
export async function withRegular<Result>(path: string, work: (file: FileHandle) => Promise<Result>): Promise<Result> {
  const file = await openRegular(path)
  try {
    return await work(file)
  } finally {
    await file.close().catch(() => undefined)
  }
}

/** The bytes that are read at a time. */
const chunkSize = 2 ** 20

/**
 * Copies an open file, from its beginning, into another one.
 *
 * @throws {Error} a system error
 */
export async function copyFrom(source: FileHandle, target: FileHandle): Promise<void> {
  for await (const part of readParts(source)) await writeAll(target, part)
}

/**
 * Yields the consecutive parts of an open file, from its beginning. The array of a part must not be kept: another part may
 * follow in it.
 *
 * @throws {Error} a system error
 */
export async function* readParts(file: FileHandle): AsyncGenerator<Buffer> {
  const chunk = Buffer.allocUnsafe(chunkSize)
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at)
    if (bytesRead === 0) return
    yield chunk.subarray(0, bytesRead)
    at += bytesRead
  }
}
