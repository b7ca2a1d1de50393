import type { Checkpoint, CheckpointTensor } from '../checkpoints/checkpoint.js'
import { layerOf, layersIn, matchLayers, type SeriesLayer } from '../checkpoints/layers-in-series.js'
import { Scratch } from '../checkpoints/scratch.js'
import type { SeriesMember } from '../checkpoints/series.js'
import { bytesOf } from '../checkpoints/stored-types.js'
import { LayerRotationError } from '../errors.js'
import { throwIfInterrupted } from '../interrupted.js'
import type { LayerChanges, StoredElements, StoredLayer } from '../native/contract.js'
import { compareCheckpoints } from '../native/load.js'
import { joinTables, LayerTable } from '../rotation/layer-table.js'
import { neuronColumns } from '../rotation/measures.js'
import { elements } from '../shape.js'
import { matchesGlob } from '../validation/glob.js'
import { suggestion } from '../validation/nearest.js'
import { measuredColumns, neuronMeasures, spectralColumns } from './columns.js'
import { healthOf, type LayerHealth } from './health.js'
import type { MeasureOptions } from './options.js'
import { withoutRepeats } from './repeated-notes.js'
import { groupUnits, layerUnits, neuronsOf, type Unit } from './units.js'

/** The measurements of a series of checkpoints. */
export interface CheckpointSeries {
  /** The checkpoint from which rotation is measured: that of `from`, or the first one. */
  origin: string
  /** The checkpoints in the order of training, with the steps behind each, or its place from 0 if no name says them. */
  checkpoints: { path: string; step: number }[]
  /** True if the steps come from the names. */
  hasSteps: boolean
  /** The kind of unit that was measured: 'group' has groups in place of layers. */
  by: 'layer' | 'neuron' | 'group'
  /** The layers, or the groups of them, at the last checkpoint, and what is unusual about them, in the order of the first one. */
  layers: LayerHealth[]
  /**
   * A record for each checkpoint. Its columns are those of `measuredColumns`, with `by: 'neuron'` also those of neurons, with
   * `spectral` also those of `spectralColumns`; NaN where a layer is missing and, at the first checkpoint, where there is nothing
   * before it.
   */
  table: LayerTable
  /** Sentences about what does not fit together, such as layers that come or go. */
  notes: string[]
}

/** Measures the checkpoints of a series, one after the other. */
export class SeriesMeasurement {
  private readonly by: CheckpointSeries['by']
  private readonly units: readonly Unit[]
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
    this.by = options.by ?? 'layer'
    const layers = chosen(origin, options.layers, this.by === 'group')
    this.units = this.by === 'group' ? groupUnits(layers, origin) : layerUnits(layers)
    this.layers = this.units.flatMap((unit) => unit.layers)
    this.first = matchLayers(this.layers, origin, origin).tensors
    this.notes = [...origin.notes]
    this.scratch = new Scratch(() => throwIfInterrupted(options.signal, 'measuring checkpoints'))
  }

  /**
   * Measures the next checkpoint, which may be the origin itself. Nothing is kept of one that cannot be read.
   *
   * @throws {LayerRotationError} READ_FAILED, INVALID_FILE, WRITE_FAILED; ADDON_MISSING, LIBTORCH_MISMATCH, INTERRUPTED
   */
  async add(member: SeriesMember, checkpoint: Checkpoint): Promise<void> {
    if (this.members.length === 0) {
      this.first = await this.scratch.place(this.first)
      await this.origin.requireUnchanged?.()
      this.before = new Map(this.first)
    }
    const isOrigin = checkpoint === this.origin
    const match = isOrigin ? { tensors: this.first, notes: [] } : matchLayers(this.layers, checkpoint, this.origin)
    const tensors = await this.scratch.place(match.tensors)
    const present = this.units.flatMap((unit, index) =>
      unit.layers.flatMap((layer) => {
        const weight = tensors.get(layer.name)
        return weight === undefined ? [] : [{ layer, index, weight }]
      }),
    )
    const { spectral = false, threads = 0 } = this.options
    const changes = await compare(
      present.map(({ layer, index, weight }) => ({
        weight,
        first: this.first.get(layer.name)!,
        previous: this.before.get(layer.name)!,
        unit: index,
        neurons: this.by === 'neuron' ? neuronsOf(layer) : 0,
        rows: spectral ? neuronsOf(layer) : 0,
      })),
      this.units.length,
      threads,
    )
    await checkpoint.requireUnchanged?.()
    const places = present.map(({ index }) => index)
    const names = this.units.map(({ name }) => name)
    this.tables.push(new LayerTable(names, Int32Array.of(member.step), this.record(changes, places, isOrigin)))
    this.members.push(member)
    if (!isOrigin) this.notes.push(...checkpoint.notes, ...match.notes)
    for (const { layer, weight } of present) this.before.set(layer.name, weight)
    await this.scratch.keep([...this.first.values(), ...this.before.values()])
  }

  /**
   * The columns of one record.
   *
   * @param places the unit of each layer that was compared
   */
  private record(changes: LayerChanges, places: readonly number[], isOrigin: boolean): Map<string, Float64Array> {
    const values = new Map<string, Float64Array>()
    const add = (name: string, needsEarlier: boolean, value: (layer: number, unit: number) => number) => {
      const column = new Float64Array(this.units.length).fill(NaN)
      if (!(isOrigin && needsEarlier)) places.forEach((unit, layer) => (column[unit] = value(layer, unit)))
      values.set(name, column)
    }
    for (const { name, key, needsEarlier } of measuredColumns) add(name, needsEarlier, (_, unit) => changes[key][unit]!)
    for (const { name, key, needsEarlier } of this.by === 'neuron' ? neuronMeasures : []) {
      const columns = neuronColumns(name)
      for (const [quartile, column] of columns.entries()) {
        add(column, needsEarlier, (layer) => changes.neurons[key][layer * columns.length + quartile]!)
      }
    }
    for (const { name, value, needsEarlier } of this.options.spectral ? spectralColumns : []) {
      add(name, needsEarlier, (layer, unit) => value(changes, layer, changes.norm[unit]!))
    }
    return values
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
    const { by, units, members, notes } = this
    return {
      origin: this.origin.path,
      checkpoints: [...members],
      hasSteps,
      by,
      layers: healthOf(units, table),
      table,
      notes: withoutRepeats(notes),
    }
  }
}

/** The layers of the first checkpoint that match one of the patterns; without patterns those of two and more dimensions, or all. */
function chosen(
  checkpoint: Checkpoint,
  patterns: readonly string[] | undefined,
  ofAnyDimension: boolean,
): SeriesLayer[] {
  const all = layersIn(checkpoint)
  const others = checkpoint.tensors
    .filter(({ shape }) => shape.length < 2)
    .map((tensor) => layerOf(tensor, tensor.name))
  if (patterns === undefined) {
    if (all.length > 0) return ofAnyDimension ? [...all, ...others] : all
    const message = `${checkpoint.path} holds no tensor of two or more dimensions`
    throw new LayerRotationError('INVALID_FILE', [message, ...checkpoint.notes.slice(0, 3)].join('; '))
  }
  const candidates = [...all, ...others]
  const matches = ({ name, tensor, otherNames = [] }: SeriesLayer, pattern: string) =>
    [name, tensor, ...otherNames].some((one) => matchesGlob(one, pattern))
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

/** A layer's tensors in three checkpoints, its unit, and its neurons and rows that are measured. */
type Triple = Record<'weight' | 'first' | 'previous', CheckpointTensor> & Pick<StoredLayer, 'unit' | 'neurons' | 'rows'>

function compare(triples: readonly Triple[], units: number, threads: number): Promise<LayerChanges> {
  const files = new Map<string, { index: number; size: number }>()
  const placed = ({ file, offset, type, shape }: CheckpointTensor): StoredElements => {
    const known = files.get(file) ?? { index: files.size, size: 0 }
    const end = offset + elements(shape) * bytesOf[type]
    files.set(file, { index: known.index, size: Math.max(known.size, end) })
    return { file: known.index, offset, type }
  }
  const layers = triples.map(({ weight, first, previous, unit, neurons, rows }) => ({
    elements: elements(weight.shape),
    weight: placed(weight),
    first: placed(first),
    previous: placed(previous),
    unit,
    neurons,
    rows,
  }))
  return compareCheckpoints({
    files: [...files].map(([path, { size }]) => ({ path, size })),
    layers,
    units,
    threads,
  })
}
