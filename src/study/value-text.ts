import { rateLabel, significant } from '../numbers.js'
import { optimizerSchema } from '../optimizer/optimizer.js'
import { optimizerLabel } from '../text/optimizer.js'
import type { AxisValue, PointValues } from './study-config.js'

/** The last keys of paths whose numbers are learning rates. */
const rates = new Set(['initial', 'rate', 'final', 'peak', 'rho'])

/** The value of a point on an axis, for people: `3⁻³` for a learning rate, `Layca Adam` for an optimizer. */
export function valueText(axis: string, value: AxisValue): string {
  if (typeof value === 'number') return rates.has(lastKey(axis)) && value > 0 ? rateLabel(value) : significant(value)
  if (typeof value === 'string') return value
  const optimizer = optimizerSchema.safeParse(value)
  if (optimizer.success) return optimizerLabel(optimizer.data)
  return JSON.stringify(value)
}

/** The values of a point in words: `seed 2, learning rate 3⁻³`. */
export const pointText = (values: PointValues): string =>
  Object.entries(values)
    .map(([axis, value]) => `${axisTitle(axis)} ${valueText(axis, value)}`)
    .join(', ')

/**
 * An axis in words: `learning rate` for `learningRate.initial`, `batch size` for `batchSize`, `momentum` for
 * `optimizer.rule.momentum`.
 */
export function axisTitle(axis: string): string {
  const keys = axis.split('.')
  const last = lastKey(axis)
  const key = (last === 'initial' || last === 'type') && keys.length > 1 ? keys.at(-2)! : last
  return key.replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
}

const lastKey = (axis: string): string => axis.slice(axis.lastIndexOf('.') + 1)
