/** Returns a Parquet file of columns of one length, without compression: INT32, DOUBLE or STRING. */
export async function encodeColumns(
  columns: Readonly<Record<string, Int32Array | Float64Array | readonly string[]>>,
): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer')
  const buffer = parquetWriteBuffer({
    columnData: Object.entries(columns).map(([name, data]) => ({
      ...{ name, nullable: false, encoding: 'PLAIN' as const },
      ...(data instanceof Int32Array
        ? { data, type: 'INT32' as const }
        : data instanceof Float64Array
          ? { data, type: 'DOUBLE' as const }
          : { data: [...data], type: 'STRING' as const }),
    })),
    codec: 'UNCOMPRESSED',
    statistics: false,
  })
  return new Uint8Array(buffer)
}
