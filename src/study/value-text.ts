import { rateLabel, significant } from '../numbers.js'
import { optimizerSchema } from '../optimizer/optimizer.js'
import { optimizerLabel } from '../text/optimizer.js'
import type { AxisValue, PointValues } from './study-config.js'

/** The last keys of paths whose numbers are learning rates. */
const rates = new Set(['initial', 'rate', 'final', 'peak', 'rho'])

/** The most characters of an object's options. */
const longest = 60

/** The value of a point on an axis, for people: `3⁻³` for a learning rate, `Layca Adam` for an optimizer, `vgg25` for a network. */
export function valueText(axis: string, value: AxisValue): string {
  if (typeof value === 'number') return isRate(axis) && value > 0 ? rateLabel(value) : significant(value)
  if (typeof value === 'string') return value
  if (typeof value !== 'object') return String(value)
  if (value === null) return 'none'
  if (isList(value)) return listText(axis, value)
  const optimizer = optimizerSchema.safeParse(value)
  return optimizer.success ? optimizerLabel(optimizer.data) : objectText(value)
}

/** The values of a point in words: `seed 2, learning rate 3⁻³`. */
export const pointText = (values: PointValues): string =>
  Object.entries(values)
    .map(([axis, value]) => `${axisTitle(axis)} ${valueText(axis, value)}`)
    .join(', ')

/** Axes whose last key says too little. */
const titles: Readonly<Record<string, string>> = {
  'evaluation.images': 'evaluated images',
  'evaluation.every': 'epochs between evaluations',
  'averaging.from': 'epochs before averaging',
}

/**
 * An axis in words: `learning rate` for `learningRate.initial`, `batch size` for `batchSize`, `momentum` for
 * `optimizer.rule.momentum`.
 */
export function axisTitle(axis: string): string {
  if (Object.hasOwn(titles, axis)) return titles[axis]!
  const keys = axis.split('.')
  const last = lastKey(axis)
  const key = (last === 'initial' || last === 'type') && keys.length > 1 ? keys.at(-2)! : last
  return key.replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
}

/** Tells whether the numbers of an axis are learning rates. */
export const isRate = (axis: string): boolean => rates.has(lastKey(axis))

const lastKey = (axis: string): string => axis.slice(axis.lastIndexOf('.') + 1)

const isList = (value: AxisValue): value is readonly AxisValue[] => Array.isArray(value)

/** Tells whether an option says something: `folder: null` and `except: []` do not. */
const isTelling = (option: AxisValue): boolean =>
  option !== null && (isList(option) ? option.length > 0 : isSimple(option))

const isSimple = (value: AxisValue): boolean => typeof value !== 'object' || value === null

function listText(axis: string, list: readonly AxisValue[]): string {
  const text = list.map((value) => valueText(axis, value)).join(', ')
  return list.every(isSimple) && text.length <= longest ? `[${text}]` : `${list.length} values`
}

/** The type of an object and its options; a network is its type, for its layers would fill pages. */
function objectText(value: { readonly [key: string]: AxisValue }): string {
  const { type, layers } = value
  const name = typeof type === 'string' ? type : ''
  if (Array.isArray(layers) && name !== '') return name
  const options = Object.entries(value)
    .filter(([key, option]) => key !== 'type' && isTelling(option))
    .map(([key, option]) => `${axisTitle(key)} ${valueText(key, option)}`)
    .join(', ')
  if (options === '') return name === '' ? `${Object.keys(value).length} settings` : name
  const shown = options.length > longest ? `${options.slice(0, longest - 1)}…` : options
  return name === '' ? shown : `${name} (${shown})`
}
