import { pipeline } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { openRegular } from './regular-file.js'
import type { ArchivedFile } from './zip-archive.js'

/**
 * The content of a compressed file of an archive from a byte on, in parts.
 *
 * @throws system errors, and those of zlib, as they are
 */
export async function* inflated(archive: string, { begin, deflated }: ArchivedFile, from = 0): AsyncGenerator<Buffer> {
  const handle = await openRegular(archive)
  try {
    const source = handle.createReadStream({ start: begin, end: begin + deflated! - 1, autoClose: false })
    // Its errors come from the loop.
    const content = pipeline(source, createInflateRaw(), () => undefined)
    let at = 0
    for await (const part of content as AsyncIterable<Buffer>) {
      if (at + part.length > from) yield part.subarray(Math.max(0, from - at))
      at += part.length
    }
  } finally {
    await handle.close().catch(() => undefined)
  }
}
