import type { AsyncBuffer, ColumnMetaData, FileMetaData, PageHeader, SchemaElement } from 'hyparquet'
import { holdsRuns } from '../files/parquet-runs.js'

/**
 * Checks that a Parquet file has the form that this package writes, before hyparquet reads it. hyparquet trusts every count
 * in the file, and a run that claims 2³¹ equal values takes six bytes to write and all memory to unpack.
 *
 * @throws {Error} which says what is different from the files of this package
 */
export async function requireOwnPages(file: AsyncBuffer, metadata: FileMetaData): Promise<void> {
  const columns = metadata.schema.slice(1)
  if (columns.length < 3)
    throw new Error(`it has ${columns.length} columns; expected step, layer and at least one measure`)
  columns.forEach(requireOwnColumn)
  let rows = 0n
  for (const group of metadata.row_groups) {
    rows += group.num_rows
    if (group.columns.length !== columns.length)
      throw new Error(`a row group has ${group.columns.length} columns; expected ${columns.length}`)
    for (const [i, { meta_data: chunk }] of group.columns.entries()) {
      const name = columns[i]!.name
      if (chunk === undefined || chunk.path_in_schema.join('.') !== name || chunk.type !== columns[i]!.type) {
        throw new Error(`a row group has a different column instead of ${name}`)
      }
      const values = await valuesIn(file, chunk, name)
      if (BigInt(values) !== group.num_rows) {
        throw new Error(
          `${name} has ${values} values in a row group; expected ${group.num_rows}, the number of its rows`,
        )
      }
    }
  }
  if (rows !== metadata.num_rows) throw new Error(`its groups have ${rows} rows; expected ${metadata.num_rows}`)
}

function requireOwnColumn({ name, type, repetition_type, num_children }: SchemaElement, index: number): void {
  const expected = ['INT32', 'BYTE_ARRAY'][index] ?? 'DOUBLE'
  if (type === expected && repetition_type === 'REQUIRED' && num_children === undefined) return
  throw new Error(`the column ${name} is ${repetition_type ?? ''} ${type ?? 'a group'}; expected REQUIRED ${expected}`)
}

/** The most bytes of a page's header; one with statistics, which this package does not write, may be longer. */
const longestHeader = 1024

/** The number of values in the pages of a column chunk, each of which is checked. */
async function valuesIn(file: AsyncBuffer, chunk: ColumnMetaData, name: string): Promise<number> {
  const { parquetHeader } = await import('hyparquet/src/column.js')
  let at = Number(chunk.dictionary_page_offset || chunk.data_page_offset)
  const end = at + Number(chunk.total_compressed_size)
  if (chunk.codec !== 'UNCOMPRESSED' || !(at >= 0 && end <= file.byteLength)) {
    throw new Error(`${name} is ${chunk.codec}, in the bytes ${at} to ${end}; expected UNCOMPRESSED, within the file`)
  }
  let values = 0
  while (at < end) {
    const reader = { view: new DataView(await file.slice(at, Math.min(at + longestHeader, end))), offset: 0 }
    const header = parquetHeader(reader)
    const begin = at + reader.offset
    at = begin + header.compressed_page_size
    const page = { begin, end: at, bytes: header.compressed_page_size }
    if (!(page.bytes >= 0 && at <= end) || header.uncompressed_page_size !== page.bytes) {
      throw new Error(`${name} has a page at byte ${begin} that does not fit into its column`)
    }
    const held = await valuesOf(file, page, header, chunk)
    if (held === undefined) throw new Error(`${name} has a page at byte ${begin} that holds other values than it says`)
    values += held
  }
  return values
}

/** The number of values in a page; undefined if this package does not write such pages or the page's own count is wrong. */
async function valuesOf(
  file: AsyncBuffer,
  page: { begin: number; end: number; bytes: number },
  header: PageHeader,
  { type }: ColumnMetaData,
): Promise<number | undefined> {
  const leastBytes = type === 'DOUBLE' ? 8 : 4
  if (header.type === 'DICTIONARY_PAGE' && header.dictionary_page_header) {
    const { num_values: values, encoding } = header.dictionary_page_header
    return encoding === 'PLAIN' && values >= 0 && values * leastBytes <= page.bytes ? 0 : undefined
  }
  const data = header.type === 'DATA_PAGE_V2' ? header.data_page_header_v2 : undefined
  if (!data || data.num_values < 0 || data.num_nulls !== 0 || data.num_rows !== data.num_values) return undefined
  if (data.definition_levels_byte_length !== 0 || data.repetition_levels_byte_length !== 0) return undefined
  if (data.encoding === 'PLAIN') return data.num_values * leastBytes <= page.bytes ? data.num_values : undefined
  // Step and layer repeat, and cannot have more values than the measures, whose values all take bytes of the file.
  if (type === 'DOUBLE' || data.encoding !== 'RLE_DICTIONARY') return undefined
  const bytes = new Uint8Array(await file.slice(page.begin, page.end))
  const [bits = 255] = bytes // of an index
  return holdsRuns(bytes.subarray(1), bits, data.num_values) ? data.num_values : undefined
}
