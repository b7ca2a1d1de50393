import { z } from 'zod'
import { decoupledWeightDecaySchema } from './decoupled-weight-decay.js'
import { l2Schema } from './l2.js'
import { weightDecaySchema } from './weight-decay.js'

export const regularizationSchema = z.discriminatedUnion('type', [
  l2Schema,
  weightDecaySchema,
  decoupledWeightDecaySchema,
])

export type RegularizationConfig = z.output<typeof regularizationSchema>
