import { LayerRotationError } from '../errors.js'
import { suggestion } from '../validation/nearest.js'
import type { Measure } from './measures.js'

/** One layer after one step: the columns of the table by name. */
export type LayerRow = { step: number; layer: string } & Record<Measure, number> & Record<string, number | string>

/**
 * Records of the layers after some steps of a run, in columns of doubles: ten million rows take 80 MB a column. `measures`
 * explains the columns.
 */
export class LayerTable {
  /**
   * @param layers names in forward order
   * @param steps [records]: steps counted from 1 since the start of the run, ascending
   * @param values each column's, [records][layers], row-major
   */
  constructor(
    readonly layers: readonly string[],
    readonly steps: Int32Array,
    private readonly values: ReadonlyMap<string, Float64Array>,
  ) {}

  /** Names of the columns; none in a table without rows. */
  get columns(): string[] {
    return [...this.values.keys()]
  }

  /** Number of rows: records times layers. */
  get length(): number {
    return this.steps.length * this.layers.length
  }

  /** The values of a column, [records][layers], row-major; not a copy. @throws {LayerRotationError} INVALID_CONFIG for an unknown name */
  column(name: string): Float64Array {
    return this.values.get(name) ?? unknown('column', name, this.columns)
  }

  /** One layer's values of a column, [records]. @throws {LayerRotationError} INVALID_CONFIG for an unknown name */
  layer(name: string, column: string = 'rotation'): Float64Array {
    const index = this.layers.indexOf(name)
    if (index === -1) unknown('layer', name, this.layers)
    const values = this.column(column)
    return Float64Array.from(this.steps, (_, record) => values[record * this.layers.length + index]!)
  }

  /** The table with some of its columns. @throws {LayerRotationError} INVALID_CONFIG for an unknown name */
  pick(columns: readonly string[]): LayerTable {
    return new LayerTable(this.layers, this.steps, new Map(columns.map((name) => [name, this.column(name)])))
  }

  /** The records at some indices, in their order. */
  select(records: readonly number[]): LayerTable {
    const width = this.layers.length
    const chosen = (values: Float64Array) => {
      const result = new Float64Array(records.length * width)
      records.forEach((record, i) => result.set(values.subarray(record * width, (record + 1) * width), i * width))
      return result
    }
    return new LayerTable(
      this.layers,
      Int32Array.from(records, (record) => this.steps[record]!),
      new Map(Array.from(this.values, ([name, values]) => [name, chosen(values)])),
    )
  }

  /** Yields one object for each step and layer. */
  *rows(): Generator<LayerRow> {
    for (let row = 0; row < this.length; row++) {
      const step = this.steps[Math.floor(row / this.layers.length)]!
      const cells = Array.from(this.values, ([name, values]) => [name, values[row]!] as const)
      yield { step, layer: this.layers[row % this.layers.length]!, ...Object.fromEntries(cells) } as LayerRow
    }
  }
}

/** Joins tables of the same layers and columns, in their order. @param tables at least one */
export function joinTables(tables: readonly LayerTable[]): LayerTable {
  const [first] = tables
  if (tables.length === 1) return first!
  const joined = (name: string): [string, Float64Array] => {
    const values = new Float64Array(tables.reduce((sum, { length }) => sum + length, 0))
    let begin = 0
    for (const table of tables) {
      values.set(table.column(name), begin)
      begin += table.length
    }
    return [name, values]
  }
  const steps = Int32Array.from(tables.flatMap(({ steps }) => Array.from(steps)))
  return new LayerTable(first!.layers, steps, new Map(first!.columns.map(joined)))
}

function unknown(what: string, name: string, known: readonly string[]): never {
  throw new LayerRotationError(
    'INVALID_CONFIG',
    `there is no ${what} ${JSON.stringify(name)}${suggestion(name, known)}`,
  )
}
