import { LayerRotationError } from '../errors.js'
import { csvLine, parseCell, splitCsv } from './csv.js'
import { LayerTable } from './layer-table.js'
import { RotationTable } from './rotation-table.js'

/** The first columns of layers.csv; the measures follow. */
const keys = ['epoch', 'step', 'layer']

/** The first line of layers.csv. */
export const layersHeader = (columns: readonly string[]): string => csvLine([...keys, ...columns])

/** The lines of layers.csv for a table: one for each step and layer, with the number of epochs done. */
export function layersLines(table: LayerTable, stepsPerEpoch: number): string {
  const values = table.columns.map((name) => table.column(name))
  return Array.from(table.steps, (step, record) =>
    table.layers.map((layer, i) => {
      const row = record * table.layers.length + i
      return csvLine([step / stepsPerEpoch, step, layer, ...values.map((column) => column[row]!)])
    }),
  )
    .flat()
    .join('')
}

/**
 * Reads layers.csv: the measures and the column epoch. Leaves out a last step whose layers are incomplete, which a crash
 * cut off.
 *
 * @param layers names in forward order
 * @throws {LayerRotationError} INVALID_FILE, naming file and line
 */
export function parseLayers(text: string, file: string, layers: readonly string[]): LayerTable {
  const { columns, rows } = splitCsv(text, file)
  if (keys.some((key, i) => columns[i] !== key)) {
    const message = `${file}:1: the first columns are ${columns.slice(0, 3).join(',')}; expected ${keys.join(',')}`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  const whole = rows.slice(0, rows.length - (rows.length % layers.length))
  const number = (row: number, column: number): number => {
    const line = `${file}:${row + 2}`
    const name = columns[column]!
    const value = parseCell(whole[row]![column]!, line, name)
    if (value === null) throw new LayerRotationError('INVALID_FILE', `${line}: ${name} is empty; expected a number`)
    return value
  }
  whole.forEach(([, , layer], row) => {
    const expected = layers[row % layers.length]!
    if (layer === expected) return
    const message = `${file}:${row + 2}: the layer is ${JSON.stringify(layer)}; expected ${JSON.stringify(expected)}`
    throw new LayerRotationError('INVALID_FILE', message)
  })
  const numbers = (column: number) => Float64Array.from(whole, (_, row) => number(row, column))
  const measured = columns.flatMap((name, column) =>
    name === 'step' || name === 'layer' ? [] : [[name, numbers(column)] as const],
  )
  const steps = Int32Array.from({ length: whole.length / layers.length }, (_, i) => number(i * layers.length, 1))
  return new LayerTable(layers, steps, new Map(measured))
}

/**
 * The rotation when the paper measures it: zeros at the start, then after the first update of each epoch. (The paper draws
 * the k-th row at x = k - 1 in its MNIST figure and at x = k in the others.)
 *
 * @param table layers.csv
 */
export function paperRotation(table: LayerTable): RotationTable {
  const width = table.layers.length
  const rotation = table.length > 0 ? table.column('rotation') : new Float64Array()
  const epochs = table.length > 0 ? table.column('epoch') : new Float64Array()
  const moments = Array.from(table.steps, (step, record) => ({ step, record, epoch: epochs[record * width]! }))
    // step / epoch is the number of steps in an epoch.
    .filter(({ step, epoch }) => (step - 1) % Math.round(step / epoch) === 0)
  return new RotationTable(
    table.layers,
    [0, ...moments.map(({ epoch }) => epoch)],
    [
      table.layers.map(() => 0),
      ...moments.map(({ record }) => Array.from(rotation.subarray(record * width, (record + 1) * width))),
    ],
  )
}
