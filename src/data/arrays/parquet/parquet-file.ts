import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { parquetMetadata, type FileMetaData } from 'hyparquet'
import { LayerRotationError } from '../../../errors.js'
import { isReadFailure, problemOf, readFailed } from '../../../files/reading.js'

/** The most bytes of a footer, which has some hundred for each column of each row group. */
const largestFooter = 2 ** 26

/** A Parquet file that is open for reading. It is read without waiting: an experiment takes its images' shape from there, too. */
export class ParquetFile {
  private constructor(
    /** The path, for errors. */
    readonly path: string,
    private readonly descriptor: number,
    /** Its bytes. */
    readonly size: number,
    readonly metadata: FileMetaData,
  ) {}

  /** @throws {Error} a system error, or an error that says what is wrong with the file */
  static open(file: string, path: string): ParquetFile {
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    try {
      const status = fstatSync(descriptor)
      if (!status.isFile()) throw new Error('it is not a regular file')
      return new ParquetFile(path, descriptor, status.size, footer(descriptor, status.size))
    } catch (error) {
      closeSync(descriptor)
      throw error
    }
  }

  close(): void {
    closeSync(this.descriptor)
  }

  /** The number of rows, each of which has an image and its label. */
  get rows(): number {
    return Number(this.metadata.num_rows)
  }

  /** Reads the bytes from `begin` to before `end`. */
  read(begin: number, end: number): Uint8Array {
    return bytesAt(this.descriptor, begin, end)
  }
}

function footer(descriptor: number, size: number): FileMetaData {
  const isParquet = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1') === 'PAR1'
  if (size < 12 || !isParquet(bytesAt(descriptor, 0, 4))) throw new Error('it does not begin as a Parquet file does')
  if (!isParquet(bytesAt(descriptor, size - 4, size))) {
    throw new Error('it does not end as a Parquet file does; it was cut short, or is still being written')
  }
  const length = Buffer.from(bytesAt(descriptor, size - 8, size - 4)).readUInt32LE()
  if (length > Math.min(size - 12, largestFooter)) throw new Error(`its footer would have ${length} bytes`)
  const metadata = parquetMetadata(bytesAt(descriptor, size - 8 - length, size), { geoparquet: false })
  const rows = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0)
  if (rows !== Number(metadata.num_rows)) {
    throw new Error(`its row groups have ${rows} rows; expected ${metadata.num_rows}, as its footer says`)
  }
  return metadata
}

function bytesAt(descriptor: number, begin: number, end: number): Uint8Array {
  const bytes = new Uint8Array(end - begin)
  for (let at = 0; at < bytes.length;) {
    const read = readSync(descriptor, bytes, at, bytes.length - at, begin + at)
    if (read === 0) throw new Error(`byte ${begin + at}: found the end of the file while reading it`)
    at += read
  }
  return bytes
}

/** Turns an error of reading a Parquet file into an error of this package. */
export function parquetError(path: string, cause: unknown): LayerRotationError {
  if (cause instanceof LayerRotationError) return cause
  if (isReadFailure(cause)) return readFailed(path, cause)
  const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
  if (isMissing) {
    return new LayerRotationError('MISSING_FILE', `${path} does not exist; expected a Parquet file`, { cause })
  }
  // hyparquet trusts what it reads, and fails somehow if that is wrong.
  const isDamaged = cause instanceof TypeError || cause instanceof RangeError || cause instanceof SyntaxError
  const problem = isDamaged ? 'its content is damaged' : problemOf(cause)
  return new LayerRotationError('INVALID_FILE', `${path} cannot be read as a Parquet file: ${problem}`, { cause })
}
