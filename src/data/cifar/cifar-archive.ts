import type { FileHandle } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Parser, type ReadEntry } from 'tar'
import { LayerRotationError } from '../../errors.js'
import { recordBytes, type CifarFile, type CifarLayout } from './cifar-layout.js'
import { requireRecords } from '../../files/read-exactly.js'
import { isReadFailure, reading } from '../../files/reading.js'
import { readParts, withRegular } from '../../files/regular-file.js'

/** The most bytes that an archive may hold besides the images; the official ones hold a few kilobytes. */
const largestRest = 2 ** 20

/**
 * Reads the files of a CIFAR data set from its archive; nothing is unpacked to the disk.
 *
 * @param take is called with the content of each file, in the order of the archive
 * @throws {LayerRotationError} INVALID_FILE, READ_FAILED
 */
export async function readCifarArchive(
  archive: string,
  layout: CifarLayout,
  take: (file: CifarFile, bytes: Uint8Array, path: string) => void,
): Promise<void> {
  const wanted = new Map([...layout.train, ...layout.test].map((file) => [file.name, file]))
  let rest = 0

  const onReadEntry = (entry: ReadEntry) => {
    const name = entry.path.replace(/^(\.\/)*/, '')
    const file = wanted.get(name.startsWith(`${layout.folder}/`) ? name.slice(layout.folder.length + 1) : name)
    if (file === undefined) {
      rest += entry.size
      if (rest > largestRest)
        parser.abort(invalid(archive, `holds ${name}; expected only the files of the published ${layout.archive}`))
      else entry.resume()
      return
    }
    wanted.delete(file.name)
    const path = `${archive}: ${name}`
    try {
      if (entry.type !== 'File' && entry.type !== 'OldFile')
        throw invalid(path, `is of type ${entry.type}; expected a regular file`)
      requireRecords(entry.size, { record: recordBytes(layout), count: file.records }, path)
    } catch (error) {
      parser.abort(error as Error)
      return
    }
    const parts: Buffer[] = []
    entry.on('data', (part) => parts.push(part))
    entry.on('end', () => {
      try {
        take(file, Buffer.concat(parts), path)
      } catch (error) {
        parser.abort(error as Error)
      }
    })
  }
  const blame = (error: unknown): never => {
    if (error instanceof LayerRotationError || isReadFailure(error)) throw error
    const problem = `broken or truncated archive: ${(error as Error).message}`
    throw new LayerRotationError('INVALID_FILE', `${archive}: ${problem}`, { cause: error })
  }
  // The published archives are packed by gzip. The parser throws at zstd where Node has no decompressor for it.
  const parser = new Parser({ strict: true, zstd: false, brotli: false, onReadEntry })
  await reading(archive, () => withRegular(archive, (file) => parse(file, parser, mostBytes(layout)).catch(blame)))
  const [left] = wanted.keys()
  if (left !== undefined) throw invalid(archive, `does not hold ${layout.folder}/${left}`)
}

/** The most bytes of an unpacked archive of this layout. */
const mostBytes = (layout: CifarLayout): number =>
  [...layout.train, ...layout.test].reduce((sum, { records }) => sum + records * recordBytes(layout), 2 * largestRest)

/**
 * Feeds an archive to a parser, which could unpack it, too, but would keep all that follows the end of the archive in memory.
 *
 * @param most bytes that are unpacked; a decompression bomb has more
 * @throws what the parser throws or emits
 */
async function parse(file: FileHandle, parser: Parser, most: number): Promise<void> {
  let failure: Error | undefined
  const over = new Promise<void>((resolve) => {
    parser.on('end', resolve)
    parser.on('error', (error: Error) => {
      failure ??= error
      resolve()
    })
  })
  // The bytes after the end of the archive are unpacked for gzip's checksum alone.
  let isOver = false
  parser.on('eof', () => (isOver = true))
  const isPacked = isGzip((await file.read(Buffer.alloc(2), 0, 2, 0)).buffer)
  let bytes = 0
  // A pipeline to the parser itself would leave what it throws in its write() uncaught.
  const feed = async (parts: AsyncIterable<Buffer>) => {
    for await (const part of parts) {
      if (bytes === 0 && isPacked && isGzip(part)) failure = new Error('it is packed twice')
      bytes += part.length
      if (bytes > most) failure ??= new Error(`it unpacks to more than ${most} bytes; expected the published archive`)
      if (failure !== undefined) throw failure
      if (!isOver) parser.write(part)
    }
  }
  const parts = copiesOfParts(file)
  // The pipeline says only that it was aborted when the feeding fails.
  await (isPacked ? pipeline(parts, createGunzip(), feed) : pipeline(parts, feed)).catch((error: unknown) => {
    throw failure ?? error
  })
  parser.end()
  await over
  if (failure !== undefined) throw failure
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** The parts of a file in arrays of their own, because the parser keeps some of them. */
async function* copiesOfParts(file: FileHandle): AsyncGenerator<Buffer> {
  for await (const part of readParts(file)) yield Buffer.from(part)
}

function invalid(path: string, problem: string): LayerRotationError {
  return new LayerRotationError('INVALID_FILE', `${path} ${problem}`)
}
