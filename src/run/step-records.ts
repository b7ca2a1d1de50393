import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { AsyncBuffer, DecodedArray, FileMetaData } from 'hyparquet'
import { LayerRotationError } from '../errors.js'
import { isWithin, rangeText } from '../rotation/csv.js'
import { LayerTable } from '../rotation/layer-table.js'
import { rangeOf } from '../rotation/measures.js'
import { encodeLayerTable } from '../rotation/parquet.js'
import { stampOf, type FileStamp } from './file-stamp.js'
import { requireOwnPages } from './parquet-pages.js'
import { ifPresent } from '../files/if-present.js'
import { isReadFailure, problemOf, readFailed, reading } from '../files/reading.js'
import { writeDurably } from '../files/write.js'

/**
 * The file name of a part, from its first epoch, 0-based. There are many parts because a Parquet file cannot be read before
 * its end is written.
 */
export const stepPart = (epoch: number): string => `epoch-${String(epoch + 1).padStart(5, '0')}.parquet`

/** The first epoch, 0-based, of the part with this file name; undefined if it is not the name of a part. */
export function epochOfPart(name: string): number | undefined {
  const digits = /^epoch-(\d{5,})\.parquet$/.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits) - 1
}

/** The names that are those of parts, in the order of their epochs: from 100,000 epochs on, that is not the alphabet's. */
function inOrder(names: readonly string[]): string[] {
  const parts = names.filter((name) => epochOfPart(name) !== undefined)
  return parts.sort((a, b) => epochOfPart(a)! - epochOfPart(b)!)
}

/** Writes a part, which gets its name once it is complete and on the disk. @throws {LayerRotationError} WRITE_FAILED */
export async function writeStepPart(folder: string, firstEpoch: number, table: LayerTable): Promise<FileStamp> {
  const content = await encodeLayerTable(table)
  await writeDurably(join(folder, stepPart(firstEpoch)), content)
  return stampOf([content])
}

/**
 * Reads all parts of a steps/ folder as one table, in order; it has no rows if no steps were recorded.
 *
 * @param layers of the run, in forward order
 * @param columns columns to read, by default all; a long recording is large
 * @throws {LayerRotationError} INVALID_FILE or READ_FAILED, naming the part; INVALID_CONFIG for a column that it does not
 *   have
 */
export async function readStepRecords(
  folder: string,
  layers: readonly string[],
  columns?: readonly string[],
): Promise<LayerTable> {
  const { asyncBufferFromFile, parquetMetadataAsync } = await import('hyparquet')
  const names = (await reading(folder, () => ifPresent(() => readdir(folder)))) ?? []
  const parts: Part[] = []
  for (const name of inOrder(names)) {
    const path = join(folder, name)
    const opened = await readingPart(path, async () => {
      if (!(await stat(path)).isFile()) throw new Error('it is not a regular file')
      const file = await asyncBufferFromFile(path)
      const metadata = await parquetMetadataAsync(file)
      await requireOwnPages(file, metadata)
      return { file, metadata }
    })
    const rows = Number(opened.metadata.num_rows)
    if (rows % layers.length !== 0) {
      const message = `${path} has ${rows} rows; expected a multiple of ${layers.length}, the number of the run's layers`
      throw new LayerRotationError('INVALID_FILE', message)
    }
    parts.push({ path, ...opened, rows })
  }
  const wanted = columnsOf(parts, columns)
  const length = parts.reduce((sum, { rows }) => sum + rows, 0)
  const steps = new Int32Array(length / layers.length)
  const values = new Map(wanted.map((name) => [name, new Float64Array(length)]))
  let begin = 0
  for (const part of parts) {
    await readingPart(part.path, () => fill(part, begin, layers, steps, values))
    begin += part.rows
  }
  return new LayerTable(layers, steps, values)
}

interface Part {
  path: string
  file: AsyncBuffer
  metadata: FileMetaData
  rows: number
}

/** The names of the columns to read. All parts must have the same columns. */
function columnsOf(parts: readonly Part[], columns: readonly string[] | undefined): string[] {
  const [first, ...others] = parts.map(({ path, metadata }) => ({ path, names: namesIn(metadata) }))
  if (first === undefined) return []
  for (const { path, names } of others) {
    if (names.join() === first.names.join()) continue
    const message = `${path} has the columns ${names.join(', ')}; expected ${first.names.join(', ')}, as in ${first.path}`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  const measured = first.names.filter((name) => name !== 'step' && name !== 'layer')
  for (const name of columns ?? []) {
    if (measured.includes(name)) continue
    const message = `${first.path} has no column ${JSON.stringify(name)}; expected ${measured.join(', ')}`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  return columns ? [...new Set(columns)] : measured
}

const namesIn = ({ schema }: FileMetaData): string[] => schema.slice(1).map(({ name }) => name)

/** Reads a part into the rows from `begin` on. */
async function fill(
  { file, metadata, rows }: Part,
  begin: number,
  layers: readonly string[],
  steps: Int32Array,
  values: ReadonlyMap<string, Float64Array>,
): Promise<void> {
  const { parquetRead } = await import('hyparquet')
  let filled = 0
  let misfit: string | undefined
  const take = (name: string, chunk: DecodedArray, from: number) => {
    filled += chunk.length
    const column = values.get(name)
    if (column) {
      misfit ??= outside(chunk as Float64Array, name, from)
      column.set(chunk as Float64Array, begin + from)
    } else if (name === 'step') {
      const first = Math.ceil(from / layers.length) * layers.length
      for (let row = first; row < from + chunk.length; row += layers.length) {
        steps[(begin + row) / layers.length] = chunk[row - from] as number
      }
    } else {
      const wrong = (chunk as string[]).findIndex((layer, i) => layer !== layers[(from + i) % layers.length])
      if (wrong === -1) return
      const expected = layers[(from + wrong) % layers.length]!
      misfit ??= `row ${from + wrong} is of layer ${JSON.stringify(chunk[wrong])}; expected ${JSON.stringify(expected)}`
    }
  }
  const columns = ['step', 'layer', ...values.keys()]
  await parquetRead({
    file,
    metadata,
    columns,
    onChunk: ({ columnName, columnData, rowStart }) => take(columnName, columnData, rowStart),
  })
  if (misfit !== undefined) throw new Error(misfit)
  const recorded = steps.subarray(begin / layers.length, (begin + rows) / layers.length)
  const falling = recorded.findIndex((step, record) => step < (recorded[record - 1] ?? 1))
  if (falling !== -1) {
    const least = recorded[falling - 1] ?? 1
    throw new Error(`row ${falling * layers.length} is of step ${recorded[falling]!}; expected at least ${least}`)
  }
  if (filled !== rows * columns.length) throw new Error(`found ${filled} values; expected ${rows * columns.length}`)
}

/** The first value of a column that cannot be; undefined if all can. @param from the row of the first value */
function outside(values: Float64Array, name: string, from: number): string | undefined {
  const range = rangeOf(name)
  const wrong = values.findIndex((value) => !isWithin(value, range))
  return wrong === -1 ? undefined : `row ${from + wrong}: ${name} is ${values[wrong]!}; expected ${rangeText(range)}`
}

async function readingPart<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    if (isReadFailure(cause)) throw readFailed(path, cause)
    // hyparquet trusts what it reads, and fails somehow if that is wrong.
    const isDamaged = cause instanceof TypeError || cause instanceof RangeError
    const problem = isDamaged ? 'its content is damaged' : problemOf(cause)
    const message = `${path} cannot be read: ${problem}; move it away to read the other parts`
    throw new LayerRotationError('INVALID_FILE', message, { cause })
  }
}
