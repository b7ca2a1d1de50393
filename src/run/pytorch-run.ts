import { join } from 'node:path'
import { z } from 'zod'
import { parseJson } from '../files/json.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { LayerTable } from '../rotation/layer-table.js'
import { parseLayers, stepKeys } from '../rotation/layers-csv.js'
import { RotationTable } from '../rotation/rotation-table.js'
import { validate } from '../validation/validate.js'
import { layout } from './layout.js'
import { runText, runTextIfPresent } from './run-text.js'

const schema = z.object({
  source: z.literal('pytorch'),
  format: z.literal(1),
  /** Names of the measured layers, in the order of the model. */
  layers: z.array(z.string().min(1)).min(1),
  /** Interval of the measured steps. */
  every: z.int().min(1),
  /** Device of the first layer, such as 'cpu' or 'cuda:0'. */
  device: z.string(),
  /** CPU threads of PyTorch. */
  threads: z.int().min(1),
  /** Version of PyTorch. */
  torch: z.string(),
  python: z.string(),
  platform: z.string(),
  /** Version of layer_rotation.py. */
  layerRotation: z.string(),
  /** Start of the training: ISO 8601, UTC. */
  startedAt: z.string(),
  /** Time and step of each resumption; all other values are those of the last one. */
  resumed: z.array(z.object({ at: z.string(), step: z.int().min(0) })).optional(),
})

/** run.json: a training in PyTorch whose layers assets/python/layer_rotation.py records, and its software and hardware. */
export type PyTorchEnvironment = z.output<typeof schema>

/** Tells whether a folder holds the records of a training in PyTorch. @throws {LayerRotationError} READ_FAILED */
export const isPyTorchRun = async (folder: string): Promise<boolean> =>
  (await statIfPresent(join(folder, layout.pytorch))) !== undefined

/** Reads run.json. @throws {LayerRotationError} MISSING_FILE, INVALID_FILE */
export async function readPyTorchEnvironment(folder: string): Promise<PyTorchEnvironment> {
  const file = join(folder, layout.pytorch)
  return validate(schema, parseJson(await runText(file), file), file, 'INVALID_FILE')
}

/** Reads layers.csv, which has no rows before the first measured step. @throws {LayerRotationError} INVALID_FILE */
export async function readPyTorchLayers(folder: string, layers: readonly string[]): Promise<LayerTable> {
  const file = join(folder, layout.layers)
  const text = await runTextIfPresent(file)
  if (text === undefined) return new LayerTable(layers, new Int32Array(), new Map())
  return parsePyTorchLayers(text, file, layers)
}

/** Reads the text of a layers.csv with or without the column epoch. @throws {LayerRotationError} INVALID_FILE */
export const parsePyTorchLayers = (text: string, file: string, layers: readonly string[]): LayerTable =>
  parseLayers(text, file, layers, text.startsWith('epoch,') ? undefined : stepKeys)

/** The rotation after each measured step, by epochs if the training counts them and else by steps; zeros at the start. */
export function measuredRotation(table: LayerTable): RotationTable {
  const width = table.layers.length
  const hasEpochs = table.columns.includes('epoch')
  const epochs = hasEpochs ? table.column('epoch').filter((_, row) => row % width === 0) : table.steps
  const rotation = table.length > 0 ? table.column('rotation') : new Float64Array()
  const rows = Array.from(table.steps, (_, record) =>
    Array.from(rotation.subarray(record * width, (record + 1) * width)),
  )
  return new RotationTable(
    table.layers,
    [0, ...epochs],
    [table.layers.map(() => 0), ...rows],
    hasEpochs ? 'epoch' : 'step',
  )
}
