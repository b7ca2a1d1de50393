import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'

/** What was measured after each step of an epoch. */
export interface StepRecords {
  /** 0-based. */
  epoch: number
  /** Steps done before this epoch. */
  firstStep: number
  /** Names in forward order. */
  layers: readonly string[]
  /** [steps][layers], row-major, as the other three. Cosine distance to the initial weights, 0 … 2. */
  rotation: Float64Array
  /** Between the weights before and after the step, in radians. */
  angle: Float64Array
  /** Euclidean norm of the weights after the step. */
  norm: Float64Array
  /** Learning rate of the step. */
  rate: Float64Array
}

/** One layer after one step. */
export interface StepRow {
  /** Since the start of training: 1 after the first step. */
  step: number
  layer: string
  rotation: number
  angle: number
  norm: number
  rate: number
}

/** The file name of an epoch's part. A Parquet file has no use before its end is written, so each epoch has its own. */
export const stepPart = (epoch: number): string => `epoch-${String(epoch + 1).padStart(5, '0')}.parquet`

/** A Parquet file with a row for each step and layer: step, layer, rotation, angle, norm, rate. */
export async function encodeStepRecords(records: StepRecords): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer')
  const { layers, firstStep, rotation, angle, norm, rate } = records
  const step = Int32Array.from(rotation, (_, row) => firstStep + Math.floor(row / layers.length) + 1)
  const layer = Array.from(rotation, (_, row) => layers[row % layers.length]!)
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'step', data: step, type: 'INT32' },
      { name: 'layer', data: layer, type: 'STRING' },
      { name: 'rotation', data: rotation, type: 'DOUBLE' },
      { name: 'angle', data: angle, type: 'DOUBLE' },
      { name: 'norm', data: norm, type: 'DOUBLE' },
      { name: 'rate', data: rate, type: 'DOUBLE' },
    ],
  })
  return new Uint8Array(buffer)
}

/** All parts of a steps/ folder in order; empty where steps were not recorded. @throws {LayerRotationError} INVALID_FILE */
export async function readStepRecords(folder: string): Promise<StepRow[]> {
  const { asyncBufferFromFile, parquetReadObjects } = await import('hyparquet')
  const names = await readdir(folder).catch(() => [])
  const rows: StepRow[] = []
  for (const name of names.filter((name) => name.endsWith('.parquet')).sort()) {
    const path = join(folder, name)
    try {
      rows.push(...((await parquetReadObjects({ file: await asyncBufferFromFile(path) })) as StepRow[]))
    } catch (cause) {
      const message = `${path} is no readable Parquet file: ${(cause as Error).message}`
      throw new LayerRotationError('INVALID_FILE', message, { cause })
    }
  }
  return rows
}
