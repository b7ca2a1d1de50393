import { z } from 'zod'
import { l2Schema } from './l2.js'
import { weightDecaySchema } from './weight-decay.js'

export const regularizationSchema = z.discriminatedUnion('type', [l2Schema, weightDecaySchema])

export type RegularizationConfig = z.output<typeof regularizationSchema>

/** c of the gradient c·w that is added to the loss's: one for each layer's weight, one for all other parameters. */
export interface DecayCoefficients {
  /** [layers] */
  layers: Float64Array
  others: number
}

/** @param layers names of the monitored layers in forward order */
export function decayCoefficients(config: RegularizationConfig | null, layers: readonly string[]): DecayCoefficients {
  switch (config?.type) {
    case undefined:
      return { layers: new Float64Array(layers.length), others: 0 }
    case 'l2':
      return {
        layers: Float64Array.from(layers, (name) => (config.except.includes(name) ? 0 : 2 * config.factor)),
        others: 0,
      }
    case 'weightDecay':
      return { layers: new Float64Array(layers.length).fill(config.factor), others: config.factor }
  }
}
