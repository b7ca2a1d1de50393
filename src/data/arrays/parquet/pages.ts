import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { decompress as unpackZstd } from 'fzstd'
import type { ColumnMetaData, Compressors, DecodedArray, PageHeader } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { decompressPage } from 'hyparquet/src/datapage.js'
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js'
import { readPlain } from 'hyparquet/src/plain.js'
import { holdsRuns } from '../../../files/parquet-runs.js'
import { requireMemory } from '../../../memory.js'
import type { Column } from './column.js'
import type { ParquetFile } from './parquet-file.js'

/** The values of a page, none of which is null. */
export interface Page {
  /** Numbers, or the bytes of each value. */
  values: DecodedArray
  /** [values]: 0 where a row begins, n where the innermost but n-th list goes on; undefined outside lists. */
  levels: Uint8Array | undefined
}

/** The most bytes of a page's header, which may hold the least and the greatest value. */
const longestHeader = 2 ** 16
/** The most bytes of a page; writers make pages of a megabyte, or of a single image. */
const largestPage = 2 ** 30

/**
 * Yields the pages of a column, in order. Each count in the file is checked before it is believed.
 *
 * @throws {Error} which says what is wrong with the file
 */
export function* pagesOf(file: ParquetFile, column: Column): Generator<Page> {
  for (const group of file.metadata.row_groups) {
    const chunk = group.columns.find(
      ({ meta_data: data }) => data?.path_in_schema.join('.') === column.place,
    )?.meta_data
    if (chunk === undefined || chunk.type !== column.leaf.type) throw new Error(`a row group lacks ${column.name}`)
    yield* pagesIn(file, column, chunk)
  }
}

function* pagesIn(file: ParquetFile, column: Column, chunk: ColumnMetaData): Generator<Page> {
  let at = Number(chunk.dictionary_page_offset || chunk.data_page_offset)
  const end = at + Number(chunk.total_compressed_size)
  if (!(at >= 4 && end >= at && end <= file.size)) {
    throw new Error(`${column.name} would be in the bytes ${at} to ${end} of ${file.size}`)
  }
  let left = Number(chunk.num_values)
  let dictionary: DecodedArray | undefined
  while (left > 0 && at < end) {
    const head = file.read(at, Math.min(at + longestHeader, end))
    const reader = { view: new DataView(head.buffer), offset: 0 }
    const header = parquetHeader(reader)
    const begin = at + reader.offset
    at = begin + header.compressed_page_size
    requirePage(header, begin, at, end, column)
    const bytes = file.read(begin, at)
    if (header.type === 'DICTIONARY_PAGE') dictionary = dictionaryOf(bytes, header, column, chunk)
    else if (header.type === 'DATA_PAGE' || header.type === 'DATA_PAGE_V2') {
      const page = dataPage(bytes, header, column, chunk, dictionary)
      left -= page.values.length
      yield page
    }
  }
  if (left !== 0)
    throw new Error(`${column.name} has ${Math.abs(left)} values ${left > 0 ? 'less' : 'more'} than its footer says`)
}

function requirePage(header: PageHeader, begin: number, at: number, end: number, { name }: Column): void {
  const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header
  if (packed >= 0 && at <= end && unpacked >= 0 && unpacked <= largestPage) {
    requireMemory(packed + unpacked, `${name}: a page of the Parquet file`)
    return
  }
  throw new Error(`${name} has a page at byte ${begin} of ${packed} bytes, ${unpacked} when unpacked`)
}

/** Codecs beside Snappy, which hyparquet brings. What they unpack has the length of the page's header, or is refused. */
const compressors: Compressors = {
  GZIP: (bytes, length) => gunzipSync(bytes, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (bytes, length) => brotliDecompressSync(bytes, { maxOutputLength: Math.max(1, length) }),
  ZSTD: (bytes, length) => unpackZstd(bytes, new Uint8Array(length)),
}

const codecs = ['UNCOMPRESSED', 'SNAPPY', ...Object.keys(compressors)]

function unpacked(bytes: Uint8Array, length: number, { codec }: ColumnMetaData): Uint8Array {
  if (!codecs.includes(codec)) {
    throw new Error(`it is compressed with ${codec}; expected none, snappy, gzip, brotli or zstd: write it so`)
  }
  const page = decompressPage(bytes, length, codec, compressors)
  // hyparquet reads numbers where they are: a page of its own has no others around it.
  return page.byteLength === page.buffer.byteLength ? page : Uint8Array.from(page)
}

function dictionaryOf(bytes: Uint8Array, header: PageHeader, column: Column, chunk: ColumnMetaData): DecodedArray {
  const count = header.dictionary_page_header?.num_values ?? -1
  const page = unpacked(bytes, header.uncompressed_page_size, chunk)
  return plain(page, count, column)
}

/** The least bytes of a value. A list of bytes has its length in front. */
const leastBytes: Readonly<Record<string, number>> = { INT32: 4, FLOAT: 4, BYTE_ARRAY: 4, INT64: 8, DOUBLE: 8 }

function plain(bytes: Uint8Array, count: number, { name, leaf }: Column): DecodedArray {
  const { type } = leaf
  const least = type === undefined ? undefined : leastBytes[type]
  if (type === undefined || least === undefined)
    throw new Error(`${name} is ${type}; expected integers, float or bytes`)
  if (!(count >= 0 && count * least <= bytes.length)) throw new Error(`${name} has a page of fewer values than it says`)
  return readPlain(
    { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 },
    type,
    count,
    undefined,
  )
}

/** A page's levels, and its values as they are encoded. */
interface Parts {
  count: number
  encoding: string
  repeated: Uint8Array
  defined: Uint8Array
  values: Uint8Array
}

function dataPage(
  bytes: Uint8Array,
  header: PageHeader,
  column: Column,
  chunk: ColumnMetaData,
  dictionary: DecodedArray | undefined,
): Page {
  const { count, encoding, repeated, defined, values } =
    header.type === 'DATA_PAGE' ? partsOfFirst(bytes, header, column, chunk) : partsOfSecond(bytes, header, chunk)
  if (!(count >= 0 && count <= Number(chunk.num_values)))
    throw new Error(`${column.name} has a page of ${count} values`)
  requireMemory(16 * count, `${column.name}: a page of the Parquet file`)
  if (
    column.present > 0 &&
    levelsOf(defined, column.present, count, column).some((level) => level !== column.present)
  ) {
    throw new Error(`its column ${column.name} holds nulls or empty lists; expected a value in each row`)
  }
  const levels = column.lists > 0 ? levelsOf(repeated, column.lists, count, column) : undefined
  if (encoding === 'PLAIN') return { values: plain(values, count, column), levels }
  if (encoding !== 'PLAIN_DICTIONARY' && encoding !== 'RLE_DICTIONARY') {
    throw new Error(
      `${column.name} is encoded as ${encoding}; expected plain values or a dictionary, as pyarrow writes them`,
    )
  }
  return { values: lookedUp(values, count, column, dictionary), levels }
}

/** The parts of a page of the format's first version, which is compressed as a whole. */
function partsOfFirst(bytes: Uint8Array, header: PageHeader, column: Column, chunk: ColumnMetaData): Parts {
  const { num_values: count = -1, encoding = '' } = header.data_page_header ?? {}
  const page = unpacked(bytes, header.uncompressed_page_size, chunk)
  let at = 0
  const levels = (most: number) => {
    if (most === 0) return page.subarray(0, 0)
    const begin = at + 4
    at = begin + new DataView(page.buffer).getUint32(at, true)
    if (at > page.length) throw new Error(`${column.name} has a page of levels that do not fit into it`)
    return page.subarray(begin, at)
  }
  const [repeated, defined] = [levels(column.lists), levels(column.present)]
  return { count, encoding, repeated, defined, values: page.slice(at) }
}

/** The parts of a page of the second version, whose levels are not compressed. */
function partsOfSecond(bytes: Uint8Array, header: PageHeader, chunk: ColumnMetaData): Parts {
  const page = header.data_page_header_v2
  if (page === undefined) throw new Error('a page has no header')
  const { num_values: count, encoding } = page
  const { repetition_levels_byte_length: first, definition_levels_byte_length: second } = page
  if (!(first >= 0 && second >= 0 && first + second <= bytes.length)) throw new Error('the levels of a page do not fit')
  const packed = bytes.slice(first + second)
  const length = header.uncompressed_page_size - first - second
  return {
    ...{ count, encoding, repeated: bytes.subarray(0, first), defined: bytes.subarray(first, first + second) },
    values: page.is_compressed === false ? packed : unpacked(packed, length, chunk),
  }
}

const bitsOf = (most: number): number => 32 - Math.clz32(most)

function levelsOf(bytes: Uint8Array, most: number, count: number, column: Column): Uint8Array {
  return runs(bytes, bitsOf(most), new Uint8Array(count), column)
}

/** Fills an array with the numbers that runs hold. */
function runs<Numbers extends Uint8Array | Int32Array>(
  bytes: Uint8Array,
  bits: number,
  numbers: Numbers,
  { name }: Column,
): Numbers {
  if (!holdsRuns(bytes, bits, numbers.length))
    throw new Error(`${name} has a page that holds other values than it says`)
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  readRleBitPackedHybrid(reader, bits, numbers, bytes.length)
  return numbers
}

function lookedUp(
  bytes: Uint8Array,
  count: number,
  column: Column,
  dictionary: DecodedArray | undefined,
): DecodedArray {
  const entries = dictionary?.length ?? 0
  const bits = bytes[0] ?? 255
  const indices = bits === 0 ? new Int32Array(count) : runs(bytes.subarray(1), bits, new Int32Array(count), column)
  if (dictionary === undefined || indices.some((index) => index < 0 || index >= entries)) {
    throw new Error(`${column.name} refers to values that its dictionary of ${entries} does not have`)
  }
  const take = <Value>(values: ArrayLike<Value>, into: { [index: number]: Value }) => {
    for (let i = 0; i < count; i++) into[i] = values[indices[i]!]!
  }
  const found = Array.isArray(dictionary)
    ? new Array(count)
    : new (dictionary.constructor as Int32ArrayConstructor)(count)
  take(dictionary as ArrayLike<number>, found as Int32Array)
  return found as DecodedArray
}
