import type { FileHandle } from 'node:fs/promises'

/** Writes all bytes at the current position; a single write may take only some of them. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten
}
