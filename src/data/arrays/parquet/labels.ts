import { setImmediate } from 'node:timers/promises'
import type { ArrayContent } from '../read-array.js'
import { findColumn, type Column } from './column.js'
import { pagesOf, type Page } from './pages.js'
import type { ParquetFile } from './parquet-file.js'

/**
 * Reads a column of integers as an array [rows].
 *
 * @param name of the column; undefined for one with a usual name
 * @throws {Error} which says what is wrong with the file
 */
export async function readLabels(file: ParquetFile, name: string | undefined): Promise<ArrayContent> {
  const labels = new LabelColumn(file, name)
  for (const page of pagesOf(file, labels.column)) {
    labels.take(page)
    await setImmediate()
  }
  return labels.content()
}

/** Does the same without waiting. */
export function readLabelsNow(file: ParquetFile, name: string | undefined): ArrayContent {
  const labels = new LabelColumn(file, name)
  for (const page of pagesOf(file, labels.column)) labels.take(page)
  return labels.content()
}

class LabelColumn {
  readonly column: Column
  private readonly values: BigInt64Array | Int32Array
  private filled = 0

  constructor(
    private readonly file: ParquetFile,
    name: string | undefined,
  ) {
    this.column = findColumn(file, name, 'labels')
    const { leaf, lists } = this.column
    const isInteger = leaf.type === 'INT32' || leaf.type === 'INT64'
    const isOther = leaf.logical_type !== undefined && leaf.logical_type.type !== 'INTEGER'
    if (!isInteger || lists > 0 || isOther) {
      throw new Error(
        `its column ${this.column.name} holds ${describedType(this.column)}; expected integers, a label for each image`,
      )
    }
    this.values = leaf.type === 'INT32' ? new Int32Array(file.rows) : new BigInt64Array(file.rows)
  }

  take({ values }: Page): void {
    if (this.filled + values.length > this.values.length) {
      throw new Error(`its column ${this.column.name} has more values than the file has rows, ${this.file.rows}`)
    }
    this.values.set(values as never, this.filled)
    this.filled += values.length
  }

  content(): ArrayContent {
    if (this.filled !== this.file.rows) {
      throw new Error(`its column ${this.column.name} has ${this.filled} values; expected ${this.file.rows}, one a row`)
    }
    const { logical_type: logical, converted_type: converted } = this.column.leaf
    const isUnsigned = logical?.type === 'INTEGER' ? !logical.isSigned : /^UINT_/.test(converted ?? '')
    const type = `<${isUnsigned ? 'u' : 'i'}${this.values.BYTES_PER_ELEMENT as 4 | 8}` as const
    return { type, shape: [this.filled], bytes: this.values.buffer as ArrayBuffer }
  }
}

/** Names the type of a column as people who write Parquet files know it. */
export function describedType({ leaf, lists }: Column): string {
  const logical = leaf.logical_type
  const integer = logical?.type === 'INTEGER' ? `${logical.isSigned ? '' : 'u'}int${logical.bitWidth}` : undefined
  const name = integer ?? logical?.type.toLowerCase() ?? leaf.converted_type?.toLowerCase() ?? leaf.type ?? 'nothing'
  return `${'lists of '.repeat(lists)}${name.toLowerCase()}`
}
