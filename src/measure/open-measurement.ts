import { join, resolve } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { readText } from '../files/read-text.js'
import { reading } from '../files/reading.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { parseCell, requireAscending, requireWithin, splitCsv } from '../rotation/csv.js'
import { LayerTable } from '../rotation/layer-table.js'
import { rangeOf } from '../rotation/measures.js'
import { requirePath } from '../validation/path.js'
import { measurementLayout } from './measurement-files.js'

/** The measurements of a series of checkpoints, read from the folder that `measure --output` wrote. */
export interface Measurement {
  /** The path of the folder. */
  folder: string
  /** A record for each checkpoint. */
  table: LayerTable
}

/** Tells whether a folder holds the measurements of checkpoints. @throws {LayerRotationError} READ_FAILED */
export const isMeasurementFolder = async (folder: string): Promise<boolean> =>
  (await statIfPresent(join(folder, measurementLayout.record))) !== undefined

/**
 * Reads layers.csv of a folder of measurements.
 *
 * @param folder its path, not empty: '.' is the working folder
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED, INVALID_FILE; INVALID_CONFIG for a folder that is no path
 */
export async function openMeasurement(folder: string): Promise<Measurement> {
  requirePath(folder, 'openMeasurement', 'folder')
  const path = resolve(folder)
  const file = join(path, measurementLayout.csv)
  return { folder: path, table: parseMeasurement(await reading(file, () => readText(file)), file) }
}

/** The first columns of layers.csv; the measured ones follow. */
const keys = ['step', 'layer']

const steps = { low: 0, high: 2 ** 31 - 1 }

/** @throws {LayerRotationError} INVALID_FILE, naming file and line */
function parseMeasurement(text: string, file: string): LayerTable {
  const { columns, rows } = splitCsv(text, file)
  if (keys.some((key, i) => columns[i] !== key)) {
    const message = `${file}:1: the first columns are ${columns.slice(0, keys.length).join(',')}; expected ${keys.join(',')}`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  const measured = columns.slice(keys.length)
  const layers: string[] = []
  const records: number[] = []
  const values: number[][] = measured.map(() => [])
  let length = 0
  for (const { where, cells } of rows) {
    const [stepCell, layer = '', ...numbers] = cells
    const step = cellNumber(stepCell!, where, 'step')
    requireWithin(step, steps, where, 'step')
    requireAscending(step, records.at(-1) ?? 0, where, 'step')
    // The first checkpoint tells the layers: another step, or the first name again, begins the second one.
    const isOfFirst = records.length === 0 || (records.length === 1 && step === records[0] && layer !== layers[0])
    if (length === layers.length && isOfFirst) layers.push(layer)
    const at = length % layers.length
    if (layer !== layers[at]) {
      const message = `${where}: the layer is ${JSON.stringify(layer.slice(0, 100))}; expected ${JSON.stringify(layers[at])}`
      throw new LayerRotationError('INVALID_FILE', message)
    }
    if (at === 0) records.push(step)
    numbers.forEach((cell, i) => {
      const value = cellNumber(cell, where, measured[i]!)
      requireWithin(value, rangeOf(measured[i]!), where, measured[i]!)
      values[i]!.push(value)
    })
    length++
  }
  if (layers.length === 0 || length % layers.length !== 0) {
    const message = `${file} has ${length} rows; expected a multiple of ${layers.length || 'the number of layers'}`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  return new LayerTable(
    layers,
    Int32Array.from(records),
    new Map(measured.map((name, i) => [name, Float64Array.from(values[i]!)])),
  )
}

function cellNumber(cell: string, where: string, column: string): number {
  const value = parseCell(cell, where, column)
  if (value !== null) return value
  throw new LayerRotationError('INVALID_FILE', `${where}: ${column} is empty; expected a number`)
}
