import { LayerRotationError } from '../../errors.js'
import type { Measurement } from '../../measure/open-measurement.js'
import type { LayerTable } from '../../rotation/layer-table.js'
import type { Run } from '../../run/open-run.js'
import { thin } from '../thin.js'
import type { EpochMetrics } from '../../run/metrics.js'
import { metricOf, metricsIn } from './metrics.js'
import { unknownQuantity } from './quantities.js'

/** The unit of a figure's horizontal axis. */
export type Over = 'epoch' | 'step'

/** A folder whose layers are drawn. */
export type Source = Run | Measurement

/** The values of a quantity of some layers, after some epochs or steps. */
export interface Records {
  layers: readonly string[]
  /** Epochs or steps done, ascending. */
  at: number[]
  /** [at][layers] */
  rows: number[][]
  /** How many records there are, of which `at` may be a part. */
  recorded: number
  /** True if a value belongs to no layer, and stands for each of them. */
  isOfRun: boolean
}

/** The most records of a source; a curve in a column of a paper shows no more. */
export const mostRecords = 1000

const isMeasurement = (source: Source): source is Measurement => 'table' in source

/** The axis that all sources have: epochs unless one of them counts steps only. */
export function commonAxis(sources: readonly Source[]): Over {
  return sources.some((source) => isMeasurement(source) || source.rotation.unit === 'step') ? 'step' : 'epoch'
}

/**
 * Reads a quantity of all layers of a source, or one of metrics.csv, which belongs to none. By epoch it is that after the last step of each epoch, and of a training in PyTorch
 * that of every record; by step it is that of every record. Rotation begins with the zeros before the first step.
 *
 * @throws {LayerRotationError} INVALID_CONFIG if the source has no such quantity or counts no epochs; INVALID_FILE
 */
export async function readRecords(source: Source, quantity: string, over: Over): Promise<Records> {
  if (over === 'epoch' && (isMeasurement(source) || source.rotation.unit === 'step')) {
    refuse(`${source.folder} counts steps, not epochs; expected over: 'step'`)
  }
  if (isMeasurement(source)) return fromTable(source, source.table, quantity, false, (_, step) => step)
  if (over === 'epoch' && quantity === 'rotation') return fromRotation(source)
  const metric = metricOf(source.metrics, quantity)
  // A callback may give its column the name of one of layers.csv.
  const isOfLayers = metric !== undefined && (await source.layers()).columns.includes(quantity)
  if (metric !== undefined && !isOfLayers) return fromMetrics(source, quantity, metric, over)
  const table = over === 'step' ? await stepTable(source, quantity) : await source.layers()
  if (table.length === 0) refuse(`${source.folder} has no records of its layers yet`)
  if (over === 'step') return fromTable(source, table, quantity, true, (_, step) => step)
  const epochs = table.column('epoch')
  const byEpoch = (record: number) => epochs[record * table.layers.length]!
  const records = source.config === undefined ? table : table.select(lastOfEachEpoch(table, byEpoch))
  const kept = records.column('epoch')
  return fromTable(source, records, quantity, false, (record) => kept[record * records.layers.length]!)
}

/** The records of steps/, or those of layers.csv if there are none. */
async function stepTable(run: Run, quantity: string): Promise<LayerTable> {
  if (run.config === undefined || run.config.record.steps === 0) return run.layers()
  const columns = (await run.layers()).columns
  requireColumn(
    run,
    columns.filter((name) => name !== 'epoch'),
    quantity,
  )
  const table = await run.steps([quantity])
  return table.length > 0 ? table : run.layers()
}

function lastOfEachEpoch({ steps }: LayerTable, epochOf: (record: number) => number): number[] {
  const epochs = Array.from(steps, (_, record) => Math.ceil(epochOf(record) - 1e-9))
  return epochs.flatMap((epoch, record) => (epochs[record + 1] === epoch ? [] : [record]))
}

function fromRotation({ rotation }: Run): Records {
  const { layers, epochs } = rotation
  const columns = layers.map((layer) => rotation.layer(layer))
  const kept = thin(epochs.length, mostRecords)
  return {
    layers,
    at: kept.map((row) => epochs[row]!),
    rows: kept.map((row) => columns.map((column) => column[row]!)),
    recorded: epochs.length,
    isOfRun: false,
  }
}

/** A value of metrics.csv after each epoch that has one. */
function fromMetrics(
  { folder, metrics, rotation, environment }: Run,
  quantity: string,
  valueOf: (row: EpochMetrics) => number | null,
  over: Over,
): Records {
  const measured = metrics.flatMap((row) => {
    const value = valueOf(row)
    return value === null ? [] : [{ epoch: row.epoch, value }]
  })
  if (measured.length === 0) refuse(`${folder} has not measured ${quantity} yet`)
  const stride = over === 'step' && 'stepsPerEpoch' in environment ? environment.stepsPerEpoch : 1
  const kept = thin(measured.length, mostRecords).map((row) => measured[row]!)
  return {
    layers: rotation.layers,
    at: kept.map(({ epoch }) => epoch * stride),
    rows: kept.map(({ value }) => rotation.layers.map(() => value)),
    recorded: measured.length,
    isOfRun: true,
  }
}

function fromTable(
  source: Source,
  table: LayerTable,
  quantity: string,
  hasStart: boolean,
  place: (record: number, step: number) => number,
): Records {
  requireColumn(
    source,
    table.columns.filter((name) => name !== 'epoch'),
    quantity,
  )
  const { layers, steps } = table
  const values = table.column(quantity)
  const kept = thin(steps.length, mostRecords)
  const start = hasStart && quantity === 'rotation'
  return {
    layers,
    at: [...(start ? [0] : []), ...kept.map((record) => place(record, steps[record]!))],
    rows: [
      ...(start ? [layers.map(() => 0)] : []),
      ...kept.map((record) => Array.from(values.subarray(record * layers.length, (record + 1) * layers.length))),
    ],
    recorded: steps.length,
    isOfRun: quantity === 'loss',
  }
}

function requireColumn(source: Source, columns: readonly string[], quantity: string): void {
  if (columns.includes(quantity)) return
  const known = [...columns, ...(isMeasurement(source) ? [] : metricsIn(source.metrics))]
  refuse(`${source.folder} has no ${JSON.stringify(quantity)}${unknownQuantity(quantity, known)}`)
}

function refuse(message: string): never {
  throw new LayerRotationError('INVALID_CONFIG', message)
}
