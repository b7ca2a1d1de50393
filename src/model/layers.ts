import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { initializerSchema } from './initializer.js'

/** Unique in its model; it becomes a prefix in `state_dict` and a column of rotation.csv. */
const name = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'a name of letters, digits, - and _ that begins with a letter')

/** Joins all dimensions of an example: [n, c, h, w] -> [n, c·h·w]. */
const flattenSchema = strictObject({ type: z.literal('flatten'), name })

/** y = x Wᵀ + b. Parameters: `weight` [units, inputs] and, with bias, `bias` [units]. Its weight is a monitored layer. */
const denseSchema = strictObject({
  type: z.literal('dense'),
  name,
  units: z.int().min(1),
  bias: z.boolean().default(true),
  init: initializerSchema.default({ type: 'glorotUniform' }),
  biasInit: initializerSchema.default({ type: 'zeros' }),
})

/**
 * Batch normalisation over the examples of a batch. Parameters: `weight` (with scale, starts at 1) and `bias` (with
 * shift, starts at 0); buffers `running_mean` and `running_var`; each [features].
 */
const batchNormSchema = strictObject({
  type: z.literal('batchNorm'),
  name,
  /** Added to the variance. Keras's default. */
  epsilon: z.number().positive().default(1e-3),
  /** running <- (1 - momentum) · running + momentum · batch, as in PyTorch. Keras's default .99 is 0.01 here. */
  momentum: z.number().min(0).max(1).default(0.01),
  scale: z.boolean().default(true),
  shift: z.boolean().default(true),
  /** The batch's variance that enters the running one: divided by n as in Keras, or by n - 1 as in PyTorch. */
  runningVariance: z.enum(['biased', 'unbiased']).default('biased'),
})

/** max(0, x) */
const reluSchema = strictObject({ type: z.literal('relu'), name })

/** In training, sets each value to 0 with probability `rate` and divides the others by 1 - rate. */
const dropoutSchema = strictObject({ type: z.literal('dropout'), name, rate: z.number().min(0).lt(1) })

/** One layer of a model. In the config each `type` is one of flatten, dense, batchNorm, relu, dropout. */
export const layerSchema = z.discriminatedUnion('type', [
  flattenSchema,
  denseSchema,
  batchNormSchema,
  reluSchema,
  dropoutSchema,
])

export type LayerSpec = z.output<typeof layerSchema>

type Options<Schema extends z.ZodType> = Omit<z.input<Schema>, 'type'>

/** Joins all dimensions of an example into one. */
export const flatten = (options: Options<typeof flattenSchema>) =>
  validate(flattenSchema, { type: 'flatten', ...options }, 'flatten')

/** A fully connected layer. Defaults are Keras's: bias, weights glorotUniform, biases zero. */
export const dense = (options: Options<typeof denseSchema>) =>
  validate(denseSchema, { type: 'dense', ...options }, 'dense')

/** Batch normalisation. Defaults are Keras's: epsilon 1e-3, momentum 0.01 (.99 there), scale, shift, biased variance. */
export const batchNorm = (options: Options<typeof batchNormSchema>) =>
  validate(batchNormSchema, { type: 'batchNorm', ...options }, 'batchNorm')

/** max(0, x) */
export const relu = (options: Options<typeof reluSchema>) => validate(reluSchema, { type: 'relu', ...options }, 'relu')

/** Dropout with probability `rate`, 0 ≤ rate < 1. */
export const dropout = (options: Options<typeof dropoutSchema>) =>
  validate(dropoutSchema, { type: 'dropout', ...options }, 'dropout')
