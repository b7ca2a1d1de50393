import { createHash } from 'node:crypto'
import { encodeCheckpoint, sealOf } from '../../src/run/checkpoint-files.js'
import type { TrainingCheckpoint } from '../../src/run/training-checkpoint.js'
import { LayerTable } from '../../src/rotation/layer-table.js'
import { environment } from '../support/environment.js'
import { smallExperiment } from '../train/small-experiment.js'

export const layers = ['dense0', 'dense1']

const digest = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex')
const stamp = (content: string | Uint8Array) => ({ bytes: Buffer.from(content).length, sha256: digest(content) })

/** All files of a checkpoint by their names, with contents instead of the weights that it keeps for its run. */
export async function filesOf(checkpoint: TrainingCheckpoint): Promise<Map<string, Buffer>> {
  const own = Array.from(await encodeCheckpoint(checkpoint), ([name, parts]) => [name, Buffer.concat(parts)] as const)
  return new Map([...own, ['initial.safetensors', Buffer.from('initial')], ['best.safetensors', Buffer.from('best')]])
}

/** Lets checkpoint.json name what the files of a checkpoint are now, as somebody who edits them on purpose would. */
export function sealed(files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const state = parsed(files.get('checkpoint.json')!)
  if (state === undefined) return new Map(files)
  const { contents } = state
  if (typeof contents === 'object' && contents !== null) {
    for (const [name, content] of files) {
      if (Object.hasOwn(contents, name)) Object.assign(contents, { [name]: stamp(content) })
    }
  }
  const text = JSON.stringify({ ...state, sha256: sealOf(state) })
  return new Map([...files, ['checkpoint.json', Buffer.from(text)]])
}

function parsed(json: Uint8Array): { contents?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(json).toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

const table = (steps: number[]): LayerTable =>
  new LayerTable(
    layers,
    Int32Array.from(steps),
    new Map([
      ['rotation', Float64Array.from({ length: 2 * steps.length }, (_, i) => Math.sin(i))],
      ['rotation_from_runs/a b.safetensors', Float64Array.from({ length: 2 * steps.length }, (_, i) => 2 ** -1074 * i)],
    ]),
  )
const tensor = (name: string, ...data: number[]) => ({
  name,
  shape: [data.length],
  data: Float32Array.from(data),
})

/** A checkpoint within an epoch, with everything that a checkpoint can have. */
export const whole: TrainingCheckpoint = {
  position: { epoch: 3, step: 2 },
  config: smallExperiment,
  environment,
  seconds: 12.5,
  layers,
  files: {
    tables: { metrics: stamp('metrics'), rotation: stamp('rotation'), layers: stamp('layers') },
    log: 400,
    parts: { 'epoch-00001.parquet': stamp('part') },
    kept: { initial: stamp('initial'), best: stamp('best') },
  },
  weights: [tensor('dense0.weight', 1, NaN, -0), tensor('dense1.weight', Infinity)],
  training: {
    tensors: [tensor('dense0.weight.0', 1e-40, 5)],
    steps: 32,
    runningMeans: Float64Array.of(0.1, 1 - 2 ** -53),
  },
  part: {
    steps: 2,
    sums: { loss: 1 / 3, hits: 5, examples: 20 },
    rates: Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
    table: table([31, 32]),
  },
  pending: { firstEpoch: 1, table: table([11, 12, 20]) },
  lastEpoch: [tensor('dense0.weight', 3)],
  rates: { learnt: [1, 2, 3] },
  logged: [{ loss: 0.5, accuracy: 0.25, valAccuracy: null }],
  averagedFrom: { epoch: 1, step: 1 },
}
