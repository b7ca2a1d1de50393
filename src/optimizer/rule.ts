import { z } from 'zod'
import { adagradSchema } from './adagrad.js'
import { adamWSchema } from './adam-w.js'
import { adamSchema } from './adam.js'
import { effectiveSgdSchema } from './effective-sgd.js'
import { normalizedSgdSchema } from './normalized-sgd.js'
import { rmspropSchema } from './rmsprop.js'
import { sgdAdamMomentumSchema } from './sgd-adam-momentum.js'
import { sgdSchema } from './sgd.js'

export const ruleSchemas = [
  sgdSchema,
  sgdAdamMomentumSchema,
  adamSchema,
  adamWSchema,
  rmspropSchema,
  adagradSchema,
  normalizedSgdSchema,
  effectiveSgdSchema,
] as const

/** What makes a step of the gradient. */
export const ruleSchema = z.discriminatedUnion('type', ruleSchemas)

export type RuleConfig = z.output<typeof ruleSchema>
