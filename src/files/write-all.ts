import type { FileHandle } from 'node:fs/promises'

/** Writes at the present position, however few bytes go at a time. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten
}
