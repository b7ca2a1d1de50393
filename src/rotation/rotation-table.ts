import { LayerRotationError } from '../errors.js'
import { suggestion } from '../validation/nearest.js'
import { csvLine, epochRange, parseCell, requireAscending, requireWithin, splitCsv } from './csv.js'
import { knownMean } from './mean.js'
import { rangeOf } from './measures.js'

/**
 * Rotations of a run's layers, cosine distances to the initial weights, 0 … 2: a row for each time of measurement. A layer
 * whose initial weights are 0 has no rotation: NaN.
 */
export class RotationTable {
  private readonly indices: ReadonlyMap<string, number>

  /**
   * @param layers names in forward order
   * @param epochs [rows]: epochs done; 0 first; a fraction if the run was interrupted within an epoch
   * @param rows [rows][layers]
   * @param unit what `epochs` counts: steps if a training outside of this package counts no epochs
   */
  constructor(
    readonly layers: readonly string[],
    readonly epochs: readonly number[],
    private readonly rows: readonly (readonly number[])[],
    readonly unit: 'epoch' | 'step' = 'epoch',
  ) {
    this.indices = new Map(layers.map((layer, index) => [layer, index]))
  }

  /** One layer's rotation at each of `epochs`. @throws {LayerRotationError} INVALID_CONFIG for an unknown name */
  layer(name: string): number[] {
    const column = this.indices.get(name)
    if (column === undefined) {
      const message = `there is no layer ${JSON.stringify(name)}${suggestion(name, this.layers)}`
      throw new LayerRotationError('INVALID_CONFIG', message)
    }
    return this.rows.map((row) => row[column]!)
  }

  /** The mean over the layers that have a rotation, at each of `epochs`; NaN if none has. */
  mean(): number[] {
    return this.rows.map((row) => knownMean(row).mean)
  }

  /** The number of layers that have a rotation, at each of `epochs`. */
  known(): number[] {
    return this.rows.map((row) => knownMean(row).known)
  }
}

/** The first line of rotation.csv. */
export const rotationHeader = (layers: readonly string[]): string => csvLine(['epoch', ...layers])

/** One line of rotation.csv. */
export const rotationLine = (epoch: number, rotation: ArrayLike<number>): string =>
  csvLine([epoch, ...Array.from(rotation)])

/** Reads rotation.csv. @throws {LayerRotationError} INVALID_FILE, naming file and line */
export function parseRotation(text: string, file: string): RotationTable {
  const { columns, rows: lines } = splitCsv(text, file)
  if (columns[0] !== 'epoch') {
    throw new LayerRotationError('INVALID_FILE', `${file}:1: the first column is ${columns[0]!}; expected epoch`)
  }
  const layers = columns.slice(1)
  const range = rangeOf('rotation')
  const epochs: number[] = []
  const rows: number[][] = []
  for (const { where, cells } of lines) {
    const [epoch, ...rotations] = cells.map(
      (cell, c) => parseCell(cell, where, columns[c]!) ?? missing(where, columns[c]!),
    )
    requireWithin(epoch!, epochRange, where, 'epoch')
    requireAscending(epoch!, epochs.at(-1) ?? 0, where, 'epoch')
    rotations.forEach((rotation, i) => requireWithin(rotation, range, where, layers[i]!))
    epochs.push(epoch!)
    rows.push(rotations)
  }
  return new RotationTable(layers, epochs, rows)
}

function missing(where: string, column: string): never {
  throw new LayerRotationError('INVALID_FILE', `${where}: column ${column}: found nothing; expected a number`)
}
