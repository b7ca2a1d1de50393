import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { validateExperiment } from '../experiment/experiment.js'
import type { NamedTensor } from '../native/contract.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { encodeSafetensors, readExactTensors, type ExactTensor } from '../weights/safetensors.js'
import { environmentSchema } from './environment.js'
import { fileStampSchema, requireStamp, stampOf, type FileStamp } from './file-stamp.js'
import { readText } from '../files/read-text.js'
import { positionSchema } from './position.js'
import { tableFrom, tableTensors } from './table-tensors.js'
import type { TrainingCheckpoint } from './training-checkpoint.js'
import { json, parseJson } from '../files/json.js'
import { reading } from '../files/reading.js'

/** The files of a checkpoint's folder. */
export const checkpointLayout = {
  state: 'checkpoint.json',
  /** Parameters and buffers, with PyTorch's names. */
  weights: 'model.safetensors',
  /** All other tensors of the training. */
  training: 'training.safetensors',
} as const

/** The file of a checkpoint that keeps weights of its run. */
export const keptName = <Name extends 'initial' | 'best'>(weights: Name) => `${weights}.safetensors` as const

const count = z.int().min(0)
/** The stamp of a table that has its header from the start. */
const tableStamp = fileStampSchema.extend({ bytes: z.int().min(1) })

const stateSchema = strictObject({
  /** Version of this file format. */
  version: z.literal(2),
  position: positionSchema,
  config: z.unknown(),
  environment: environmentSchema,
  seconds: z.number().min(0),
  layers: z.array(z.string()).min(1),
  /** The run's own files. */
  files: strictObject({
    tables: strictObject({ metrics: tableStamp, rotation: tableStamp, layers: fileStampSchema }),
    log: count,
    parts: z.record(z.string().regex(/^epoch-\d{5,}\.parquet$/), fileStampSchema),
  }),
  /** The other files of the checkpoint. */
  contents: strictObject({
    [checkpointLayout.weights]: fileStampSchema,
    [checkpointLayout.training]: fileStampSchema,
    [keptName('initial')]: fileStampSchema,
    [keptName('best')]: fileStampSchema.optional(),
  }),
  /** Steps of the optimizer so far. */
  optimizerSteps: count,
  /** The trained part of the next epoch: its sums, the number of steps with rates, and the number of recorded steps. */
  part: strictObject({
    sums: strictObject({ loss: z.number(), hits: z.number().min(0), examples: count }),
    planned: count,
    records: count,
  }).nullable(),
  pending: strictObject({ firstEpoch: count, records: count }).nullable(),
  rates: z.unknown(),
  logged: z.array(strictObject({ loss: z.number(), accuracy: z.number(), valAccuracy: z.number().nullable() })),
  /** Absent if weights have been averaged from the first step on, or not at all. */
  averagedFrom: positionSchema.optional(),
  /** SHA-256 of all other keys, as JSON without spaces. */
  sha256: z.string(),
})

type State = z.input<typeof stateSchema>

/** Returns the SHA-256 that a state must name. It follows from the values, so that it does not depend on spaces. */
export function sealOf(state: object): string {
  const sealed = Object.fromEntries(Object.entries(state).filter(([key]) => key !== 'sha256'))
  return createHash('sha256').update(JSON.stringify(sealed)).digest('hex')
}

/** Prefixes of tensor names in training.safetensors. */
const prefixes = { optimizer: 'optimizer.', lastEpoch: 'lastEpoch.', part: 'part', pending: 'pending' } as const

/** Returns the contents of a checkpoint's files by name, apart from the weights that it keeps for its run. */
export async function encodeCheckpoint(checkpoint: TrainingCheckpoint): Promise<Map<string, Uint8Array[]>> {
  const weights = encodeSafetensors(checkpoint.weights)
  const training = encodeSafetensors(tensorsOf(checkpoint))
  const state = stateOf(checkpoint, { weights: await stampOf(weights), training: await stampOf(training) })
  return new Map([
    [checkpointLayout.weights, weights],
    [checkpointLayout.training, training],
    [checkpointLayout.state, [Buffer.from(json(state))]],
  ])
}

function stateOf(checkpoint: TrainingCheckpoint, stamps: { weights: FileStamp; training: FileStamp }): State {
  const { position, config, environment, seconds, layers, files, part, pending, rates, logged } = checkpoint
  const { tables, log, parts, kept } = files
  const state: Omit<State, 'sha256'> = {
    version: 2,
    position,
    config,
    environment,
    seconds,
    layers: [...layers],
    files: { tables, log, parts },
    contents: {
      [checkpointLayout.weights]: stamps.weights,
      [checkpointLayout.training]: stamps.training,
      [keptName('initial')]: kept.initial,
      ...(kept.best && { [keptName('best')]: kept.best }),
    },
    optimizerSteps: checkpoint.training.steps,
    part: part
      ? { sums: part.sums, planned: part.rates.length / layers.length, records: part.table.steps.length }
      : null,
    pending: pending ? { firstEpoch: pending.firstEpoch, records: pending.table.steps.length } : null,
    rates,
    logged,
    ...(checkpoint.averagedFrom && { averagedFrom: checkpoint.averagedFrom }),
  }
  return { ...state, sha256: sealOf(state) }
}

/**
 * Tensors of training.safetensors. The ones with 8 bytes per number come first, so that all are aligned in the file.
 */
function tensorsOf({ training, part, pending, lastEpoch, layers }: TrainingCheckpoint): ExactTensor[] {
  const { tensors, runningMeans } = training
  const under = (prefix: string, tensors: readonly NamedTensor[]) =>
    tensors.map((tensor) => ({ ...tensor, name: prefix + tensor.name }))
  const doubles: ExactTensor[] = [{ name: 'runningMeans', shape: [runningMeans.length], data: runningMeans }]
  if (part) {
    const planned = part.rates.length / layers.length
    doubles.push({ name: 'part.rates', shape: [planned, layers.length], data: part.rates })
    doubles.push(...tableTensors(prefixes.part, part.table))
  }
  if (pending) doubles.push(...tableTensors(prefixes.pending, pending.table))
  return [...doubles, ...under(prefixes.optimizer, tensors), ...under(prefixes.lastEpoch, lastEpoch ?? [])]
}

/**
 * Reads a checkpoint, of which each file must be the one that was written. Its contents are not trusted: contents that contradict checkpoint.json are refused here, tensors
 * that do not fit the model by the trainer.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED, OUT_OF_MEMORY
 */
export async function readCheckpoint(folder: string): Promise<TrainingCheckpoint> {
  const stateFile = join(folder, checkpointLayout.state)
  const trainingFile = join(folder, checkpointLayout.training)
  const state = await readState(stateFile)
  for (const [name, stamp] of Object.entries(state.contents)) {
    if (stamp !== undefined) await requireStamp(join(folder, name), stamp, 'whole', folder)
  }
  const config = validateExperiment(state.config, `${stateFile}: config`, 'INVALID_FILE')
  const fail = (problem: string): never => {
    throw new LayerRotationError(
      'INVALID_FILE',
      `${trainingFile}: ${problem}; expected the tensors that ${stateFile} describes`,
    )
  }
  const left = new Map((await exactTensors(trainingFile)).map((tensor) => [tensor.name, tensor]))
  const take = (name: string, shape?: readonly number[]): ExactTensor => {
    const tensor = left.get(name) ?? fail(`${name} is missing`)
    left.delete(name)
    if (shape && shape.join() !== tensor.shape.join()) fail(`${name} has shape [${tensor.shape.join(', ')}]`)
    return tensor
  }
  const takeDoubles = (name: string, shape?: readonly number[]): Float64Array => {
    const { data } = take(name, shape)
    return data instanceof Float64Array ? data : fail(`${name} does not have type F64`)
  }
  const takeUnder = (prefix: string): NamedTensor[] => {
    const names = [...left.keys()].filter((name) => name.startsWith(prefix))
    return names.map((name) => {
      const { shape, data } = take(name)
      if (!(data instanceof Float32Array)) return fail(`${name} does not have type F32`)
      return { name: name.slice(prefix.length), shape: [...shape], data }
    })
  }
  const { layers } = state
  const table = (prefix: string, records: number) =>
    tableFrom(prefix, layers, records, [...left.keys()], takeDoubles, fail)

  const part = state.part && {
    steps: state.position.step,
    sums: state.part.sums,
    rates: takeDoubles('part.rates', [state.part.planned, layers.length]),
    table: table(prefixes.part, state.part.records),
  }
  if ((part?.steps ?? 0) > (state.part?.planned ?? 0))
    fail(`part.rates has fewer steps than the ${state.position.step} that are done`)
  if (!part && state.position.step > 0) fail('the tensors of the part of an epoch are missing')
  const pending = state.pending && {
    firstEpoch: state.pending.firstEpoch,
    table: table(prefixes.pending, state.pending.records),
  }
  if (pending && pending.firstEpoch >= state.position.epoch) fail('the pending steps start after the checkpoint')
  const runningMeans = takeDoubles('runningMeans')
  const tensors = takeUnder(prefixes.optimizer)
  const lastEpoch = takeUnder(prefixes.lastEpoch)
  for (const name of left.keys()) fail(`the tensor ${JSON.stringify(name.slice(0, 200))} is unknown`)
  return {
    position: state.position,
    config,
    environment: state.environment,
    seconds: state.seconds,
    layers,
    files: {
      ...state.files,
      kept: { initial: state.contents[keptName('initial')], best: state.contents[keptName('best')] },
    },
    weights: await weightsOf(join(folder, checkpointLayout.weights)),
    training: { tensors, steps: state.optimizerSteps, runningMeans },
    part: part ?? undefined,
    pending: pending ?? undefined,
    lastEpoch: lastEpoch.length > 0 ? lastEpoch : undefined,
    rates: state.rates,
    logged: state.logged,
    averagedFrom: state.averagedFrom,
  }
}

async function readState(file: string): Promise<z.output<typeof stateSchema>> {
  const written = parseJson(await readAll(file), file)
  const state = validate(stateSchema, written, file, 'INVALID_FILE')
  const seal = sealOf(written as object)
  if (seal === state.sha256) return state
  const message = `${file} has changed since it was written: its values have SHA-256 ${seal}; expected ${state.sha256}. Restore the file, or remove its folder to resume from an earlier checkpoint or from the start`
  throw new LayerRotationError('INVALID_FILE', message)
}

async function weightsOf(file: string): Promise<NamedTensor[]> {
  return (await exactTensors(file)).map(({ name, shape, data }) => {
    if (data instanceof Float32Array) return { name, shape: [...shape], data }
    throw new LayerRotationError(
      'INVALID_FILE',
      `${file}: ${name} does not have type F32; expected weights of a checkpoint`,
    )
  })
}

const whole = 'a whole checkpoint'
const readAll = (file: string): Promise<string> => reading(file, () => readText(file), whole)
const exactTensors = (file: string): Promise<ExactTensor[]> => reading(file, () => readExactTensors(file), whole)
