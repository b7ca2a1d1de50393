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
    await handle.close()
    throw error
  }
  await handle.close()
  throw new Error('it is not a regular file')
}

/** The bytes that are copied at a time. */
const chunkSize = 2 ** 20

/**
 * Copies an open file, from its beginning, into another one.
 *
 * @throws {Error} a system error
 */
export async function copyFrom(source: FileHandle, target: FileHandle): Promise<void> {
  const chunk = new Uint8Array(chunkSize)
  for (let at = 0; ;) {
    const { bytesRead } = await source.read(chunk, 0, chunk.length, at)
    if (bytesRead === 0) return
    await writeAll(target, chunk.subarray(0, bytesRead))
    at += bytesRead
  }
}
