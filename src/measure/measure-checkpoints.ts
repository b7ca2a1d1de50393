import { z } from 'zod'
import type { Checkpoint, CheckpointTensor } from '../checkpoints/checkpoint.js'
import { layersIn, matchLayers, type SeriesLayer } from '../checkpoints/layers-in-series.js'
import { readCheckpoint } from '../checkpoints/read-checkpoint.js'
import { Scratch } from '../checkpoints/scratch.js'
import { findSeries, type SeriesMember } from '../checkpoints/series.js'
import { bytesOf } from '../checkpoints/stored-types.js'
import { LayerRotationError } from '../errors.js'
import { throwIfInterrupted } from '../interrupted.js'
import type { LayerChanges, StoredElements } from '../native/contract.js'
import { compareCheckpoints } from '../native/load.js'
import { joinTables, LayerTable } from '../rotation/layer-table.js'
import { elements } from '../shape.js'
import { matchesGlob } from '../validation/glob.js'
import { suggestion } from '../validation/nearest.js'
import { requireOptions } from '../validation/options.js'
import { pathSchema } from '../validation/path.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { measuredColumns } from './columns.js'
import { healthOf, type LayerHealth } from './health.js'

export interface MeasureOptions {
  /** The checkpoint from which rotation is measured; by default the first of the series. */
  from?: string | undefined
  /**
   * Patterns of the layers to measure, in which `*` stands for any characters; they may name tensors of one dimension, too. By
   * default all tensors of two and more dimensions.
   */
  layers?: readonly string[] | undefined
  /** CPU threads, 1 … 1024; by default one per core. */
  threads?: number | undefined
  /** Ends the work before the next checkpoint. */
  signal?: AbortSignal | undefined
  /** Called after each checkpoint with its place, from 1. */
  onCheckpoint?: ((place: number, total: number) => void) | undefined
}

/** The measurements of a series of checkpoints. */
export interface CheckpointSeries {
  /** The checkpoint from which rotation is measured: that of `from`, or the first one. */
  origin: string
  /** The checkpoints in the order of training, with the steps behind each, or its place from 0 if no name says them. */
  checkpoints: { path: string; step: number }[]
  /** True if the steps come from the names. */
  hasSteps: boolean
  /** The layers at the last checkpoint, and what is unusual about them, in the order of the first one. */
  layers: LayerHealth[]
  /**
   * A record for each checkpoint. Its columns are those of `measuredColumns`; NaN where a layer is missing and, at the
   * first checkpoint, where there is nothing before it.
   */
  table: LayerTable
  /** Sentences about what does not fit together, such as layers that come or go. */
  notes: string[]
}

export const pathsSchema = z.union([pathSchema, z.array(pathSchema).min(1)])

/** Checks of the options, one each. */
export const measureOptions = {
  from: pathSchema.optional(),
  layers: z.array(z.string().min(1)).min(1).optional(),
  threads: z.int().min(1).max(1024).optional(),
  signal: z.instanceof(AbortSignal).optional(),
  onCheckpoint: z.custom<() => void>((value) => typeof value === 'function').optional(),
}

/**
 * Measures how the layers turn in a series of checkpoints, whoever wrote them: from the first one and from each to the next. The
 * numbers are calculated in float64 from the files' bytes, without loading the weights.
 *
 *     const { table } = await measureCheckpoints('checkpoints')
 *     table.layer('model.layers.0.mlp.up_proj', 'rotation')   // at each checkpoint
 *
 * @param paths files, or folders that are a checkpoint or hold several
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED, INVALID_FILE; INVALID_CONFIG for other arguments, patterns that no
 *   layer matches and series whose order cannot be told; ADDON_MISSING, LIBTORCH_MISMATCH, INTERRUPTED
 */
export async function measureCheckpoints(
  paths: string | readonly string[],
  options: MeasureOptions = {},
): Promise<CheckpointSeries> {
  const given = validate(z.object({ paths: pathsSchema }), { paths }, 'measureCheckpoints').paths
  requireOptions(options, 'measureCheckpoints')
  validate(strictObject(measureOptions), options, 'measureCheckpoints')
  const { from, onCheckpoint } = options
  const { members, hasSteps, passed } = await findSeries(typeof given === 'string' ? [given] : given)
  const origin = await readCheckpoint(from ?? members[0]!.path)
  const measurement = new SeriesMeasurement(origin, options)
  try {
    for (const [place, member] of members.entries()) {
      throwIfInterrupted(options.signal, activity)
      const isOrigin = place === 0 && from === undefined
      await measurement.add(member, isOrigin ? origin : await readCheckpoint(member.path))
      onCheckpoint?.(place + 1, members.length)
    }
    const series = measurement.series(hasSteps)
    return { ...series, notes: [...passed.map(leftOut), ...series.notes] }
  } finally {
    await measurement.close()
  }
}

const activity = 'measuring checkpoints'

/** A note on a path that is passed over. */
export const leftOut = (path: string): string => `${path} is left out: no step is in its name`

/** Measures the checkpoints of a series, one after the other. */
export class SeriesMeasurement {
  private readonly layers: readonly SeriesLayer[]
  private first: ReadonlyMap<string, CheckpointTensor>
  /** The layers as they were when they were last there. */
  private before = new Map<string, CheckpointTensor>()
  private readonly scratch: Scratch
  private readonly members: SeriesMember[] = []
  /** One record each. */
  private readonly tables: LayerTable[] = []
  private readonly notes: string[]

  /**
   * @param origin the checkpoint from which rotation is measured
   * @throws {LayerRotationError} INVALID_FILE for one without layers, INVALID_CONFIG for a pattern that none matches
   */
  constructor(
    private readonly origin: Checkpoint,
    private readonly options: MeasureOptions,
  ) {
    this.layers = chosen(origin, options.layers)
    this.first = matchLayers(this.layers, origin).tensors
    this.notes = [...origin.notes]
    this.scratch = new Scratch(() => throwIfInterrupted(options.signal, activity))
  }

  /**
   * Measures the next checkpoint, which may be the origin itself. Nothing is kept of one that cannot be read.
   *
   * @throws {LayerRotationError} READ_FAILED, INVALID_FILE, WRITE_FAILED; ADDON_MISSING, LIBTORCH_MISMATCH, INTERRUPTED
   */
  async add(member: SeriesMember, checkpoint: Checkpoint): Promise<void> {
    if (this.members.length === 0) {
      this.first = await this.scratch.place(this.first)
      this.before = new Map(this.first)
    }
    const isOrigin = checkpoint === this.origin
    const match = isOrigin ? { tensors: this.first, notes: [] } : matchLayers(this.layers, checkpoint)
    const tensors = await this.scratch.place(match.tensors)
    const present = this.layers.flatMap((layer, index) => {
      const weight = tensors.get(layer.name)
      return weight === undefined ? [] : [{ layer, index, weight }]
    })
    const changes = await compare(
      present.map(({ layer, weight }) => ({
        weight,
        first: this.first.get(layer.name)!,
        previous: this.before.get(layer.name)!,
      })),
      this.options.threads ?? 0,
    )
    const values = measuredColumns.map(({ name, key, needsEarlier }): [string, Float64Array] => {
      const column = new Float64Array(this.layers.length).fill(NaN)
      if (!(isOrigin && needsEarlier)) present.forEach(({ index }, i) => (column[index] = changes[key][i]!))
      return [name, column]
    })
    const names = this.layers.map(({ name }) => name)
    this.tables.push(new LayerTable(names, Int32Array.of(member.step), new Map(values)))
    this.members.push(member)
    if (!isOrigin) this.notes.push(...checkpoint.notes, ...match.notes)
    for (const { layer, weight } of present) this.before.set(layer.name, weight)
    await this.scratch.keep([...this.first.values(), ...this.before.values()])
  }

  /** Removes what was written to compare tensors that no file holds as they are. */
  close(): Promise<void> {
    return this.scratch.close()
  }

  /** The files that later comparisons read. */
  files(): Set<string> {
    return new Set([...this.first.values(), ...this.before.values()].map(({ file }) => file))
  }

  /** The measurements of the checkpoints so far, at least one. */
  series(hasSteps: boolean): CheckpointSeries {
    const table = joinTables(this.tables)
    const { layers, members, notes } = this
    return {
      origin: this.origin.path,
      checkpoints: [...members],
      hasSteps,
      layers: healthOf(layers, table),
      table,
      notes: [...notes],
    }
  }
}

/** The layers of the first checkpoint that match one of the patterns. */
function chosen(checkpoint: Checkpoint, patterns: readonly string[] | undefined): SeriesLayer[] {
  const all = layersIn(checkpoint)
  if (patterns === undefined) {
    if (all.length > 0) return all
    const message = `${checkpoint.path} holds no tensor of two or more dimensions`
    throw new LayerRotationError('INVALID_FILE', [message, ...checkpoint.notes.slice(0, 3)].join('; '))
  }
  const others = checkpoint.tensors
    .filter(({ shape }) => shape.length < 2)
    .map(({ name, shape, order }): SeriesLayer => ({ name, tensor: name, shape, ...(order && { order }) }))
  const candidates = [...all, ...others]
  const matches = ({ name, tensor }: SeriesLayer, pattern: string) =>
    matchesGlob(name, pattern) || matchesGlob(tensor, pattern)
  const useless = patterns.find((pattern) => !candidates.some((layer) => matches(layer, pattern)))
  if (useless !== undefined) {
    const hint = suggestion(
      useless,
      candidates.map(({ name }) => name),
    )
    throw new LayerRotationError('INVALID_CONFIG', `no layer of ${checkpoint.path} matches "${useless}"${hint}`)
  }
  return candidates.filter((layer) => patterns.some((pattern) => matches(layer, pattern)))
}

/** A layer's tensors in three checkpoints. */
type Triple = Record<'weight' | 'first' | 'previous', CheckpointTensor>

function compare(triples: readonly Triple[], threads: number): Promise<LayerChanges> {
  const files = new Map<string, { index: number; size: number }>()
  const placed = ({ file, offset, type, shape }: CheckpointTensor): StoredElements => {
    const known = files.get(file) ?? { index: files.size, size: 0 }
    const end = offset + elements(shape) * bytesOf[type]
    files.set(file, { index: known.index, size: Math.max(known.size, end) })
    return { file: known.index, offset, type }
  }
  const layers = triples.map(({ weight, first, previous }) => ({
    elements: elements(weight.shape),
    weight: placed(weight),
    first: placed(first),
    previous: placed(previous),
  }))
  return compareCheckpoints({
    files: [...files].map(([path, { size }]) => ({ path, size })),
    layers,
    threads,
  })
}
