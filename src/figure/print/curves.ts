import { LayerRotationError } from '../../errors.js'
import { knownMean } from '../../rotation/mean.js'
import { matchesGlob } from '../../validation/glob.js'
import { suggestion } from '../../validation/nearest.js'
import { meanOf } from '../study/mean-curve.js'
import { readRecords, type Over, type Records } from './records.js'
import type { Subject } from './subjects.js'

/** A point of a curve, and the band of one standard deviation around it. */
export interface Point {
  at: number
  value: number
  low: number
  high: number
}

/** The curves of a subject's layers, in forward order; or the one of their mean. */
export interface SubjectCurves {
  layers: readonly string[]
  curves: Point[][]
  /** The number of records, if some are not drawn. */
  thinnedFrom: number | undefined
  /** True if the quantity belongs to no layer. */
  isOfRun: boolean
}

export interface CurvesOptions {
  quantity: string
  over: Over
  /** Patterns of the layers, undefined for all. */
  layers: readonly string[] | undefined
  compare: 'layers' | 'runs'
}

/**
 * Reads the curves of a subject: of each layer, or of the mean of the layers that have a value; of several runs their mean, with
 * their standard deviation.
 *
 * @throws {LayerRotationError} INVALID_CONFIG for a pattern that no layer matches, and for runs of different layers
 */
export async function subjectCurves(
  { sources }: Subject,
  { quantity, over, layers, compare }: CurvesOptions,
): Promise<SubjectCurves> {
  const all: Records[] = []
  for (const open of sources) {
    const source = await open()
    all.push(chosen(await readRecords(source, quantity, over), layers, source.folder))
  }
  const [first] = all
  const names = first!.layers
  const thinned = all.find(({ at, recorded }) => at.length < recorded)
  const curvesOf = ({ at, rows }: Records, values: (row: readonly number[]) => number) =>
    at.map((x, i) => [x, values(rows[i]!)] as const)
  if (compare === 'runs') {
    const curves = all.map((records) => curvesOf(records, (row) => knownMean(row).mean))
    return { layers: names, curves: [points(curves)], thinnedFrom: thinned?.recorded, isOfRun: first!.isOfRun }
  }
  if (all.some((records) => records.layers.join() !== names.join())) {
    const message = "the runs of a group have different layers; expected the same, or compare: 'runs'"
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const curves = names.map((_, layer) => points(all.map((records) => curvesOf(records, (row) => row[layer]!))))
  return { layers: names, curves, thinnedFrom: thinned?.recorded, isOfRun: first!.isOfRun }
}

const points = (curves: readonly (readonly (readonly [number, number])[])[]): Point[] =>
  curves.length === 1
    ? curves[0]!.map(([at, value]) => ({ at, value, low: value, high: value }))
    : meanOf(curves).map(({ epoch, mean, low, high }) => ({ at: epoch, value: mean, low, high }))

function chosen(records: Records, patterns: readonly string[] | undefined, folder: string): Records {
  if (patterns === undefined) return records
  const { layers } = records
  const useless = patterns.find((pattern) => !layers.some((layer) => matchesGlob(layer, pattern)))
  if (useless !== undefined) {
    const message = `no layer of ${folder} matches ${JSON.stringify(useless)}${suggestion(useless, layers)}`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const kept = layers.flatMap((layer, i) => (patterns.some((pattern) => matchesGlob(layer, pattern)) ? [i] : []))
  return {
    ...records,
    layers: kept.map((i) => layers[i]!),
    rows: records.rows.map((row) => kept.map((i) => row[i]!)),
  }
}
