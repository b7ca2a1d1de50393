import { join, resolve } from 'node:path'
import { csvCell } from '../files/csv-cell.js'
import { json } from '../files/json.js'
import { makeFolder } from '../files/make-folder.js'
import { writeWhole } from '../files/write.js'
import { encodeLayerTable } from '../rotation/parquet.js'
import type { CheckpointSeries } from './measure-checkpoints.js'

/**
 * Writes the measurements of a series into a folder: layers.csv and layers.parquet with a row for each checkpoint and layer,
 * and measurement.json with the checkpoints, the layers at the last one, and the notes.
 *
 * @returns the absolute path of layers.csv
 * @throws {LayerRotationError} WRITE_FAILED
 */
export async function writeMeasurement(series: CheckpointSeries, folder: string): Promise<string> {
  await makeFolder(folder)
  const file = resolve(folder, 'layers.csv')
  await writeWhole(file, layersCsv(series))
  await writeWhole(join(folder, 'layers.parquet'), await encodeLayerTable(series.table))
  await writeWhole(join(folder, 'measurement.json'), json(measurementRecord(series)))
  return file
}

/** The checkpoints, the layers at the last one, and the notes, for a JSON file: what is not finite becomes null. */
export const measurementRecord = (series: CheckpointSeries) => ({
  checkpoints: series.checkpoints,
  layers: series.layers,
  notes: series.notes,
})

function layersCsv({ table }: CheckpointSeries): string {
  const columns = table.columns.map((name) => table.column(name))
  const lines = Array.from(table.steps, (step, record) =>
    table.layers.map((layer, i) => {
      const row = record * table.layers.length + i
      return [step, layer, ...columns.map((column) => column[row]!)]
    }),
  )
  const rows = [['step', 'layer', ...table.columns], ...lines.flat()]
  return rows.map((cells) => `${cells.map(csvCell).join(',')}\n`).join('')
}
