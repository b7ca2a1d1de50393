import { z } from 'zod'
import { adagradSchema } from './rules/adagrad.js'
import { adamWSchema } from './rules/adam-w.js'
import { adamSchema } from './rules/adam.js'
import { effectiveSgdSchema } from './rules/effective-sgd.js'
import { normalizedSgdSchema } from './rules/normalized-sgd.js'
import { rmspropSchema } from './rules/rmsprop.js'
import { sgdAdamMomentumSchema } from './rules/sgd-adam-momentum.js'
import { sgdSchema } from './rules/sgd.js'

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
