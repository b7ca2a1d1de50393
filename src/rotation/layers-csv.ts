import { LayerRotationError } from '../errors.js'
import { csvLine, epochRange, parseCell, requireAscending, requireWithin, splitCsv, type CellRange } from './csv.js'
import { LayerTable } from './layer-table.js'
import { rangeOf } from './measures.js'
import { RotationTable } from './rotation-table.js'

/** The first columns of layers.csv; the measures follow. */
const keys = ['epoch', 'step', 'layer']

/** The first columns where no epochs are counted. */
export const stepKeys: readonly string[] = keys.slice(1)

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
 * @param first the first columns
 * @throws {LayerRotationError} INVALID_FILE, naming file and line
 */
export function parseLayers(
  text: string,
  file: string,
  layers: readonly string[],
  first: readonly string[] = keys,
): LayerTable {
  const { columns, rows } = splitCsv(text, file)
  if (first.some((key, i) => columns[i] !== key)) {
    const message = `${file}:1: the first columns are ${columns.slice(0, first.length).join(',')}; expected ${first.join(',')}`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  const [stepAt, layerAt] = [first.indexOf('step'), first.indexOf('layer')]
  const ranges = columns.map(rangeOfCell)
  const values: number[][] = columns.map(() => [])
  let length = 0
  for (const { where, cells } of rows) {
    const expected = layers[length % layers.length]!
    if (cells[layerAt] !== expected) {
      const found = JSON.stringify(cells[layerAt]!.slice(0, 100))
      const message = `${where}: the layer is ${found}; expected ${JSON.stringify(expected)}`
      throw new LayerRotationError('INVALID_FILE', message)
    }
    columns.forEach((name, column) => {
      if (name === 'layer') return
      const value = parseCell(cells[column]!, where, name)
      if (value === null) throw new LayerRotationError('INVALID_FILE', `${where}: ${name} is empty; expected a number`)
      requireWithin(value, ranges[column]!, where, name)
      if (name === 'epoch' || name === 'step') requireAscending(value, values[column]!.at(-1) ?? 0, where, name)
      values[column]!.push(value)
    })
    length++
  }
  const whole = length - (length % layers.length)
  const measured = columns.flatMap((name, column) =>
    name === 'step' || name === 'layer' ? [] : [[name, Float64Array.from(values[column]!.slice(0, whole))] as const],
  )
  const steps = Int32Array.from({ length: whole / layers.length }, (_, i) => values[stepAt]![i * layers.length]!)
  return new LayerTable(layers, steps, new Map(measured))
}

function rangeOfCell(column: string): CellRange {
  if (column === 'epoch') return epochRange
  return column === 'step' ? { low: 1, high: 2 ** 31 - 1 } : rangeOf(column)
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
