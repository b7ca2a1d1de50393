import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { Parser, type ReadEntry } from 'tar'
import { LayerRotationError } from '../../errors.js'
import { recordBytes, type CifarFile, type CifarLayout } from './cifar-layout.js'
import { requireRecords } from '../../files/read-exactly.js'

/** What may be in an archive besides the images: a few kilobytes in the official ones. */
const largestRest = 2 ** 20

/**
 * Reads the files of a CIFAR data set out of its archive; nothing is unpacked to the disk.
 *
 * @param take called with the content of each file, in the order of the archive
 * @throws {LayerRotationError} INVALID_FILE
 */
export async function readCifarArchive(
  archive: string,
  layout: CifarLayout,
  take: (file: CifarFile, bytes: Uint8Array, path: string) => void,
): Promise<void> {
  if (!(await stat(archive)).isFile()) throw invalid(archive, 'is no file')
  const wanted = new Map([...layout.train, ...layout.test].map((file) => [file.name, file]))
  let rest = 0

  const onReadEntry = (entry: ReadEntry) => {
    const name = entry.path.replace(/^(\.\/)*/, '')
    const file = wanted.get(name.startsWith(`${layout.folder}/`) ? name.slice(layout.folder.length + 1) : name)
    if (file === undefined) {
      // Skipped data is unpacked all the same: a bomb ends here.
      rest += entry.size
      if (rest > largestRest) parser.abort(invalid(archive, `holds ${name}, which ${layout.archive} does not`))
      else entry.resume()
      return
    }
    wanted.delete(file.name)
    const path = `${archive}: ${name}`
    try {
      if (entry.type !== 'File' && entry.type !== 'OldFile') throw invalid(path, `is of type ${entry.type}, no file`)
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
  const parser = new Parser({ strict: true, onReadEntry })
  try {
    await pipeline(createReadStream(archive), parser as unknown as NodeJS.WritableStream)
  } catch (error) {
    if (error instanceof LayerRotationError) throw error
    const problem = `broken or truncated archive: ${(error as Error).message}`
    throw new LayerRotationError('INVALID_FILE', `${archive}: ${problem}`, { cause: error })
  }
  const [left] = wanted.keys()
  if (left !== undefined) throw invalid(archive, `does not hold ${layout.folder}/${left}`)
}

function invalid(path: string, problem: string): LayerRotationError {
  return new LayerRotationError('INVALID_FILE', `${path} ${problem}`)
}
