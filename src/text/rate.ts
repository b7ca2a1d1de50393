import type { TargetCurve } from '../schedule/rotate-to.js'
import type { LearningRateConfig } from '../schedule/schedule.js'
import { count, rateLabel, share, significant } from './numbers.js'

/**
 * A schedule of learning rates in words.
 *
 *     rateText(steps(3 ** -2, { at: [90], factor: 0.2 }))           // '3⁻², times 0.2 after 90 epochs'
 *     rateText(warmup(constant(0.1), { epochs: 5, factor: 0.01 }))  // '0.1, constant, linear warmup of 5 epochs from 0.01 of it'
 */
export function rateText(rate: LearningRateConfig): string {
  switch (rate.type) {
    case 'constant':
      return `${rateLabel(rate.initial)}, constant`
    case 'steps':
      if (rate.at.length === 0) return rateLabel(rate.initial)
      return `${rateLabel(rate.initial)}, times ${significant(rate.factor)} after ${rate.at.join(', ')} epochs`
    case 'exponential':
      return `${rateLabel(rate.initial)}, times ${significant(rate.factor)} each epoch`
    case 'polynomial':
      return `${rateLabel(rate.initial)} to ${significant(rate.final)} with power ${significant(rate.power)}${inEpochs(rate)}`
    case 'linear':
      return `${rateLabel(rate.initial)} to ${significant(rate.final)}, linear${inEpochs(rate)}`
    case 'cosine': {
      const fall = `${rateLabel(rate.initial)} to ${significant(rate.final)}, cosine`
      if (rate.restarts === null) return fall + inEpochs(rate)
      const { period, factor } = rate.restarts
      const longer = factor === 1 ? '' : `, each ${factor} times as long as the one before`
      return `${fall} with restarts, the first after ${epochs(period)}${longer}`
    }
    case 'oneCycle': {
      const first = rate.maximum / rate.initialDivisor
      const rise = `${rateLabel(rate.maximum)}, one ${rate.anneal} cycle from ${significant(first)}`
      return `${rise}, up in ${share(rate.warmupShare)} of the steps, then down to ${significant(first / rate.finalDivisor)}${inEpochs(rate)}`
    }
    case 'tabulated': {
      const each = rate.stepsPerEpoch === null ? 'an epoch' : 'a step'
      return `${rateLabel(rate.values[0]!)} at first, from a table of one rate ${each}`
    }
    case 'warmup': {
      const length = epochs(rate.epochs)
      return `${rateText(rate.schedule)}, ${rate.kind} warmup of ${length} from ${significant(rate.factor)} of it`
    }
    case 'replay':
      return `the angles of ${rate.run}`
    case 'rotateTo': {
      const target = (curve: TargetCurve) => `${significant(curve.at(-1)![1])} in ${epochs(curve.at(-1)![0])}`
      const layers = Object.entries(rate.layers).map(([pattern, curve]) => `, of ${pattern} ${target(curve)}`)
      return `driven to a rotation of ${target(rate.target)}${layers.join('')}`
    }
    case 'perLayer': {
      const layers = Object.entries(rate.layers).map(([pattern, inner]) => `; of ${pattern} ${rateText(inner)}`)
      return rateText(rate.default) + layers.join('')
    }
  }
}

const epochs = (number: number): string => count(number, 'epoch')

const inEpochs = (rate: { epochs: number | null }): string => (rate.epochs === null ? '' : ` in ${epochs(rate.epochs)}`)
