import { openRegular } from '../files/regular-file.js'
import type { Stretch } from '../files/zip-archive.js'

/** The bytes of a stretch of a file, in parts. @throws system errors as they are */
export async function* bytesOfStretch(file: string, { begin, size }: Stretch): AsyncGenerator<Buffer> {
  if (size === 0) return
  const handle = await openRegular(file)
  try {
    const options = { start: begin, end: begin + size - 1, autoClose: false, highWaterMark: 2 ** 20 }
    for await (const part of handle.createReadStream(options)) yield part as Buffer
  } finally {
    await handle.close().catch(() => undefined)
  }
}
