import type { LayerTable } from './layer-table.js'

/** Rows of a row group, which is what a reader takes at a time. */
const rowGroup = 2 ** 20

/**
 * A Parquet file with a row for each step and layer: step (INT32), layer (a dictionary of names), and the table's columns
 * as they are in memory, DOUBLE. It has no compression and no statistics: the last bits of measured numbers are noise, and
 * the little that could be saved is not worth the time between two epochs.
 */
export async function encodeLayerTable(table: LayerTable): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer')
  const { layers, steps, columns, length } = table
  const step = new Int32Array(length)
  steps.forEach((value, record) => step.fill(value, record * layers.length, (record + 1) * layers.length))
  const layer = Array.from(step, (_, row) => layers[row % layers.length]!)
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'step', data: step, type: 'INT32', encoding: 'RLE_DICTIONARY', nullable: false },
      { name: 'layer', data: layer, type: 'STRING', encoding: 'RLE_DICTIONARY', nullable: false },
      ...columns.map((name) => ({
        name,
        data: table.column(name),
        type: 'DOUBLE' as const,
        encoding: 'PLAIN' as const,
        nullable: false,
      })),
    ],
    codec: 'UNCOMPRESSED',
    statistics: false,
    rowGroupSize: rowGroup,
  })
  return new Uint8Array(buffer)
}
