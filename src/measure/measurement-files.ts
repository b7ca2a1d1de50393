import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { csvCell } from '../files/csv-cell.js'
import { json } from '../files/json.js'
import { makeFolder } from '../files/make-folder.js'
import { reading } from '../files/reading.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { writeWhole } from '../files/write.js'
import { encodeLayerTable } from '../rotation/parquet.js'
import type { CheckpointSeries } from './series-measurement.js'

/** The files of a folder of measurements, the first of which marks it. */
export const measurementLayout = {
  record: 'measurement.json',
  csv: 'layers.csv',
  parquet: 'layers.parquet',
  report: 'report.html',
  figures: 'figures',
} as const

/**
 * Requires that the files of a measurement replace nothing in a folder but those of an earlier one: the folder of a run also has
 * a layers.csv and a report.
 *
 * @throws {LayerRotationError} INVALID_CONFIG, naming the file that would be lost; READ_FAILED
 */
export async function requireMeasurementFolder(folder: string): Promise<void> {
  if ((await statIfPresent(folder))?.isDirectory() !== true) return
  const names = new Set(await reading(folder, () => readdir(folder)))
  const { record, ...others } = measurementLayout
  const lost = Object.values(others).find((name) => names.has(name))
  if (lost === undefined || names.has(record)) return
  const message = `${folder} holds ${lost} of something else, as there is no ${record}; choose another folder`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

/**
 * Writes the measurements of a series into a folder: layers.csv and layers.parquet with a row for each checkpoint and layer,
 * and measurement.json with the checkpoints, the layers at the last one, and the notes.
 *
 * @returns the absolute path of layers.csv
 * @throws {LayerRotationError} INVALID_CONFIG for a folder with such files of something else; WRITE_FAILED
 */
export async function writeMeasurement(series: CheckpointSeries, folder: string): Promise<string> {
  await requireMeasurementFolder(folder)
  await makeFolder(folder)
  const at = (name: string) => resolve(folder, name)
  // The record comes first: it says that the others may be replaced, even if this is interrupted.
  await writeWhole(at(measurementLayout.record), json(measurementRecord(series)))
  await writeWhole(at(measurementLayout.parquet), await encodeLayerTable(series.table))
  await writeWhole(at(measurementLayout.csv), layersCsv(series))
  return at(measurementLayout.csv)
}

/** The checkpoints, the layers at the last one, and the notes, for a JSON file: what is not finite becomes null. */
export const measurementRecord = (series: CheckpointSeries) => ({
  origin: series.origin,
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
