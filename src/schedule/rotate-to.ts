import { z } from 'zod'
import { matchesGlob } from '../validation/glob.js'
import { LayerRotationError } from '../errors.js'
import { count, significant } from '../numbers.js'
import { requireOptions } from '../validation/options.js'
import { returned } from '../validation/returned.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { firstAfter } from './first-after.js'
import type { FollowingType } from './schedule-type.js'

/** Points [epoch, cosine distance] of a curve of straight lines; the last distance holds to the end. */
const curveSchema = z
  .array(z.tuple([z.number().min(0), z.number().min(0).max(1)]))
  .min(2)
  .refine(
    ([first]) => first?.[0] === 0 && first[1] === 0,
    'expected [0, 0] as the first point: no layer has turned yet',
  )
  .refine(
    (points) => ascends(points, 0, true),
    'the epochs do not ascend; expected each point later than the one before',
  )
  .refine((points) => ascends(points, 1, false), 'the distances fall; a layer cannot be turned back to where it began')

export type TargetCurve = z.output<typeof curveSchema>

const schema = strictObject({
  /** Selects prescribed rotation. */
  type: z.literal('rotateTo'),
  /** The curve of all layers that no pattern matches: points [epoch, cosine distance] from [0, 0] on. */
  target: curveSchema,
  /**
   * Curves by pattern of layer names: `*` stands for any characters, `?` for one. The last pattern that matches counts.
   * @default {}
   */
  layers: z.record(z.string(), curveSchema).default({}),
  /**
   * The largest learning rate, above 0: no step turns a layer by more than its arc tangent.
   * @default 0.3333333333333333
   */
  largestRate: z
    .number()
    .positive()
    .default(1 / 3),
})

export type RotateToConfig = z.output<typeof schema>

/** A curve: its points, or a function of the epoch for a run of so many epochs. */
export type Target = readonly (readonly [epoch: number, rotation: number])[] | TargetFunction

interface TargetFunction {
  /** The cosine distance after so many epochs; 0 after 0. */
  rotation: (epoch: number) => number
  /** The epochs of the run, above 0. */
  epochs: number
}

/** The options of rotateTo. */
interface RotateToOptions {
  /**
   * Curves by pattern of layer names: `*` stands for any characters, `?` for one. The last pattern that matches counts.
   * @default {}
   */
  layers?: Record<string, Target>
  /**
   * The largest learning rate, above 0: no step turns a layer by more than its arc tangent.
   * @default 0.3333333333333333
   */
  largestRate?: number
}

/** The points of a function that are kept per epoch. */
const pointsPerEpoch = 8
/** The most points that fit into a config.json. */
const mostPoints = 2 ** 20

/**
 * Prescribed rotation: under Layca, drives the cosine distance of every layer to its initial weights along a curve. The
 * rate of each layer is set again several times an epoch, from how far the layer got with the last one.
 *
 *     rotateTo([[0, 0], [12, 0.7]])                                           // all layers, steadily
 *     rotateTo([[0, 0], [6, 0.9]], { layers: { conv0: [[0, 0], [12, 0.3]] } }) // but the first one slowly
 *     rotateTo({ rotation: (epoch) => 1 - 0.8 ** epoch, epochs: 12 })
 *
 * Layers rest where their curve is flat. A curve that no sequence of steps of the largest rate could follow is refused.
 * If a run misses its target by more than 0.02, status.json says so.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function rotateTo(target: Target, options: RotateToOptions = {}): RotateToConfig {
  requireOptions(options, 'rotateTo', 'target')
  const { layers = {}, ...others } = options
  requireOptions(layers, 'rotateTo: layers')
  const curves = Object.entries(layers).map(([pattern, curve]) => [pattern, points(curve)])
  const config = { type: 'rotateTo', target: points(target), layers: Object.fromEntries(curves) as unknown, ...others }
  return validate(schema, config, 'rotateTo')
}

/** The curve of one layer. */
export function curveOf({ target, layers }: RotateToConfig, layer: string): TargetCurve {
  return Object.entries(layers).findLast(([pattern]) => matchesGlob(layer, pattern))?.[1] ?? target
}

/** The cosine distance on a curve by epoch. */
export function targetOn(curve: TargetCurve): (epoch: number) => number {
  return (epoch) => interpolate(curve, epoch)
}

/** The curve of one layer: cosine distance by epoch. */
export const targetOf = (config: RotateToConfig, layer: string): ((epoch: number) => number) =>
  targetOn(curveOf(config, layer))

export const rotateToType = {
  schema,
  nominalRate: () => null,
  text: ({ target, layers }) => {
    const end = (curve: TargetCurve) => `${significant(curve.at(-1)![1])} in ${count(curve.at(-1)![0], 'epoch')}`
    const others = Object.entries(layers).map(([pattern, curve]) => `, of ${pattern} ${end(curve)}`)
    return `driven to a rotation of ${end(target)}${others.join('')}`
  },
  follows: 'what is measured during the run',
  setsAngles: true,
} satisfies FollowingType<RotateToConfig>

function interpolate(curve: TargetCurve, epoch: number): number {
  const next = firstAfter(curve.length, (index) => curve[index]![0], epoch)
  if (next === curve.length) return curve.at(-1)![1]
  const [[from, low], [to, high]] = [curve[next - 1]!, curve[next]!]
  return low + ((epoch - from) / (to - from)) * (high - low)
}

const isFunction = (target: Target | null | undefined): target is TargetFunction =>
  typeof (target as Partial<TargetFunction> | null | undefined)?.rotation === 'function'

function points(target: Target): unknown {
  if (!isFunction(target)) return target
  const epochs = validate(z.number().positive(), target.epochs, 'rotateTo: epochs')
  const count = Math.ceil(epochs * pointsPerEpoch)
  if (count > mostPoints) {
    const message = `rotateTo: ${epochs} epochs of ${pointsPerEpoch} points are ${count}; expected at most ${mostPoints}`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  return Array.from({ length: count + 1 }, (_, i) => {
    const rotation = target.rotation(i / pointsPerEpoch)
    if (typeof rotation === 'number') return [i / pointsPerEpoch, rotation]
    const message = `rotateTo: the function returns ${returned(rotation)} at epoch ${i / pointsPerEpoch}; expected a number`
    throw new LayerRotationError('INVALID_CONFIG', message)
  })
}

function ascends(points: readonly (readonly number[])[], coordinate: number, strictly: boolean): boolean {
  return points.every((point, i) => {
    const [before, now] = [points[i - 1]?.[coordinate] ?? -1, point[coordinate]!]
    return strictly ? now > before : now >= before
  })
}
