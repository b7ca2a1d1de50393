import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { monitoredIn } from '../model/describe-model.js'
import type { LayerTable } from '../rotation/layer-table.js'
import { splitCsv } from '../rotation/csv.js'
import { parseLayers } from '../rotation/layers-csv.js'
import { parseRotation } from '../rotation/rotation-table.js'
import { layout } from '../run/layout.js'
import { metricsCell, parseMetricsRows } from '../run/metrics-csv.js'
import { readRunHead } from '../run/open-run.js'
import { isPyTorchRun, parsePyTorchLayers, readPyTorchEnvironment } from '../run/pytorch-run.js'
import { GrowingTable } from './growing-table.js'
import { drawnMeasures, type TableName, type TablePart } from './protocol.js'
import { ThinnedRows } from './thinned-rows.js'

/** The rows of a piece of a table. */
interface Piece {
  layers: readonly string[]
  quantities: readonly string[]
  unit?: 'epoch' | 'step'
  rows: Float32Array[]
  /** Lines of the file that these rows are; more, if some are not drawn. */
  lines: number
}

/** Numbers that no reading before has had, not even one of an earlier process whose page is still open. */
let nextReading = Date.now()

/** A table of a run that grows, as the page draws it. */
export class RunTable {
  private rows = new ThinnedRows()
  private reading = nextReading++
  private shape: Pick<TablePart, 'layers' | 'quantities' | 'unit'> = { layers: [], quantities: [], unit: 'epoch' }
  private problem: string | null = null
  private readonly table: GrowingTable
  private working: Promise<unknown> = Promise.resolve()

  /** @param start the row that comes before those of the file, of their width: zeros, or none */
  private constructor(
    file: string,
    private readonly parse: (text: string) => Piece,
    private readonly start: 'zeros' | 'none' = 'none',
  ) {
    this.table = new GrowingTable(file, { begin: () => this.begin(), take: (text) => this.take(text) })
  }

  /** @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED if the run itself cannot be read */
  static async open(folder: string, name: TableName): Promise<RunTable> {
    const file = join(folder, layout[name])
    if (name === 'metrics') return new RunTable(file, (text) => metricsPiece(text, file))
    if (await isPyTorchRun(folder)) return RunTable.openPyTorch(folder, name)
    if (name === 'rotation') return new RunTable(file, (text) => rotationPiece(text, file))
    const { config } = await readRunHead(folder)
    const layers = monitoredIn(config.model.layers)
    // The first step of an epoch is there for the paper's figures; beside the last one its line would zigzag.
    return new RunTable(file, (text) => layersPiece(parseLayers(text, file, layers), drawnMeasures, Number.isInteger))
  }

  /** A training in PyTorch records its rotation with everything else. */
  private static async openPyTorch(folder: string, name: TableName): Promise<RunTable> {
    const { layers } = await readPyTorchEnvironment(folder)
    const file = join(folder, layout.layers)
    const [measures, start] = name === 'rotation' ? [['rotation'], 'zeros' as const] : [drawnMeasures]
    return new RunTable(file, (text) => layersPiece(parsePyTorchLayers(text, file, layers), measures), start)
  }

  /** Reads what is new, and gives the rows that somebody does not have who has `place` rows of a reading and a stride. */
  part(has: Pick<TablePart, 'reading' | 'stride' | 'from'>): Promise<TablePart> {
    const work = this.working.then(() => this.update()).then(() => this.partAfter(has))
    this.working = work.catch(() => undefined)
    return work
  }

  private async update(): Promise<void> {
    try {
      await this.table.update()
      this.problem = null
    } catch (error) {
      if (!(error instanceof LayerRotationError)) throw error
      this.problem = error.message
    }
  }

  private partAfter({ reading, stride, from }: Pick<TablePart, 'reading' | 'stride' | 'from'>): TablePart {
    const { rows, problem } = this
    const isSame = reading === this.reading && stride === rows.stride && from <= rows.length
    const begin = isSame ? from : 0
    const data = base64(rows.from(begin))
    return { ...this.shape, reading: this.reading, stride: rows.stride, from: begin, kept: rows.length, data, problem }
  }

  private begin(): void {
    this.rows = new ThinnedRows()
    this.reading = nextReading++
  }

  private take(text: string): number {
    const { layers, quantities, unit = 'epoch', rows, lines } = this.parse(text)
    if (quantities.length > 0) this.shape = { layers: [...layers], quantities: [...quantities], unit }
    if (this.start === 'zeros' && this.rows.length === 0 && rows.length > 0) {
      this.rows.add(new Float32Array(rows[0]!.length))
    }
    for (const row of rows) this.rows.add(row)
    return lines
  }
}

function metricsPiece(text: string, file: string): Piece {
  const { initial, metrics } = parseMetricsRows(text, file)
  const scored = [...(initial ? [initial] : []), ...metrics]
  const quantities = splitCsv(text, file).columns
  const rows = scored.map((row) => Float32Array.from(quantities, (column) => metricsCell(row, column) ?? NaN))
  return { layers: [], quantities, rows, lines: rows.length }
}

function rotationPiece(text: string, file: string): Piece {
  const table = parseRotation(text, file)
  const columns = table.layers.map((layer) => table.layer(layer))
  const rows = table.epochs.map((epoch, row) => Float32Array.of(epoch, ...columns.map((column) => column[row]!)))
  return { layers: table.layers, quantities: ['rotation'], rows, lines: rows.length }
}

function layersPiece(
  table: LayerTable,
  measures: readonly string[],
  isDrawn: (position: number) => boolean = () => true,
): Piece {
  const { layers, steps, columns } = table
  const width = layers.length
  const quantities = measures.filter((name) => columns.includes(name))
  const values = quantities.map((name) => table.column(name))
  const epochs = columns.includes('epoch') ? table.column('epoch') : undefined
  const rows = Array.from(steps, (step, record) => {
    const begin = record * width
    const row = new Float32Array(1 + quantities.length * width)
    row[0] = epochs?.[begin] ?? step
    values.forEach((column, i) => row.set(column.subarray(begin, begin + width), 1 + i * width))
    return row
  })
  return {
    layers,
    quantities,
    unit: epochs === undefined ? 'step' : 'epoch',
    rows: rows.filter(([position]) => isDrawn(position!)),
    lines: steps.length * width,
  }
}

function base64(rows: readonly Float32Array[]): string {
  const bytes = rows.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength))
  return Buffer.concat(bytes).toString('base64')
}
