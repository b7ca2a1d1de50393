import type { TargetCurve } from '../schedule/rotate-to.js'
import type { LearningRateConfig } from '../schedule/schedule.js'
import { rateLabel } from './rate-label.js'

/**
 * A schedule in words.
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
      return `${rateLabel(rate.initial)}, times ${short(rate.factor)} after ${rate.at.join(', ')} epochs`
    case 'exponential':
      return `${rateLabel(rate.initial)}, times ${short(rate.factor)} each epoch`
    case 'polynomial':
      return `${rateLabel(rate.initial)} to ${short(rate.final)} with power ${short(rate.power)}${inEpochs(rate)}`
    case 'linear':
      return `${rateLabel(rate.initial)} to ${short(rate.final)}, linear${inEpochs(rate)}`
    case 'cosine': {
      const fall = `${rateLabel(rate.initial)} to ${short(rate.final)}, cosine`
      if (rate.restarts === null) return fall + inEpochs(rate)
      const { period, factor } = rate.restarts
      const longer = factor === 1 ? '' : `, each ${factor} times as long as the one before`
      return `${fall} with restarts, the first after ${epochs(period)}${longer}`
    }
    case 'oneCycle': {
      const first = rate.maximum / rate.initialDivisor
      const rise = `${rateLabel(rate.maximum)}, one ${rate.anneal} cycle from ${short(first)}`
      const share = Number((100 * rate.warmupShare).toPrecision(3))
      return `${rise}, up in ${share} % of the steps, then down to ${short(first / rate.finalDivisor)}${inEpochs(rate)}`
    }
    case 'tabulated': {
      const each = rate.stepsPerEpoch === null ? 'an epoch' : 'a step'
      return `${rateLabel(rate.values[0]!)} at first, from a table of one rate ${each}`
    }
    case 'warmup': {
      const length = epochs(rate.epochs)
      return `${rateText(rate.schedule)}, ${rate.kind} warmup of ${length} from ${short(rate.factor)} of it`
    }
    case 'replay':
      return `the angles of ${rate.run}`
    case 'rotateTo': {
      const target = (curve: TargetCurve) => `${short(curve.at(-1)![1])} in ${epochs(curve.at(-1)![0])}`
      const layers = Object.entries(rate.layers).map(([pattern, curve]) => `, of ${pattern} ${target(curve)}`)
      return `driven to a rotation of ${target(rate.target)}${layers.join('')}`
    }
    case 'perLayer': {
      const layers = Object.entries(rate.layers).map(([pattern, inner]) => `; of ${pattern} ${rateText(inner)}`)
      return rateText(rate.default) + layers.join('')
    }
  }
}

const short = (value: number): number => Number(value.toPrecision(3))

const epochs = (number: number): string => `${short(number)} ${number === 1 ? 'epoch' : 'epochs'}`

const inEpochs = (rate: { epochs: number | null }): string => (rate.epochs === null ? '' : ` in ${epochs(rate.epochs)}`)
