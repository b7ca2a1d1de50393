import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { layerName } from './name.js'

const affine = {
  /** Whether the normalised values are multiplied by a trained `weight`, which starts at 1. */
  scale: z.boolean().default(true),
  /** Whether a trained `bias` is added, which starts at 0. */
  shift: z.boolean().default(true),
}

export const batchNormSchema = strictObject({
  type: z.literal('batchNorm'),
  name: layerName,
  /** Added to the variance. Keras's default. */
  epsilon: z.number().positive().default(1e-3),
  /** running <- (1 - momentum) · running + momentum · batch, as in PyTorch. Keras's default .99 is 0.01 here. */
  momentum: z.number().min(0).max(1).default(0.01),
  ...affine,
  /** The batch's variance that enters the running one: divided by n as in Keras, or by n - 1 as in PyTorch. */
  runningVariance: z.enum(['biased', 'unbiased']).default('biased'),
})

export const layerNormSchema = strictObject({
  type: z.literal('layerNorm'),
  name: layerName,
  epsilon: z.number().positive().default(1e-5),
  ...affine,
})

export const groupNormSchema = strictObject({
  type: z.literal('groupNorm'),
  name: layerName,
  /** Divides the channels. 1 normalises over all of them, as many as there are channels over each by itself. */
  groups: z.int().min(1),
  epsilon: z.number().positive().default(1e-5),
  ...affine,
})

/**
 * Batch normalisation of each channel (of [n], of each feature) over the examples of a batch and all pixels:
 * y = (x - mean) / √(variance + epsilon) · weight + bias. In evaluation, mean and variance are the running ones.
 *
 * Parameters: `weight` (with scale) and `bias` (with shift); buffers: `running_mean`, from 0, and `running_var`, from 1;
 * each [channels]. Defaults are Keras's: epsilon 1e-3, momentum 0.01 (.99 there), scale, shift, biased variance. PyTorch:
 * `nn.BatchNorm1d` and `nn.BatchNorm2d` are `{ epsilon: 1e-5, momentum: 0.1, runningVariance: 'unbiased' }`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const batchNorm = (options: Omit<z.input<typeof batchNormSchema>, 'type'>) =>
  validate(batchNormSchema, { type: 'batchNorm', ...options }, 'batchNorm')

/**
 * Layer normalisation over a whole example: y = (x - mean) / √(variance + epsilon) · weight + bias, with the biased
 * variance.
 *
 * Parameters: `weight` (with scale) and `bias` (with shift), each of the example's shape. PyTorch:
 * `nn.LayerNorm(shape, epsilon)`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const layerNorm = (options: Omit<z.input<typeof layerNormSchema>, 'type'>) =>
  validate(layerNormSchema, { type: 'layerNorm', ...options }, 'layerNorm')

/**
 * Group normalisation (arXiv 1803.08494): each example's channels in `groups` groups of neighbours, each normalised over
 * its channels and pixels as by layerNorm.
 *
 * Parameters: `weight` (with scale) and `bias` (with shift), each [channels]. PyTorch: `nn.GroupNorm(groups, channels,
 * epsilon)`.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const groupNorm = (options: Omit<z.input<typeof groupNormSchema>, 'type'>) =>
  validate(groupNormSchema, { type: 'groupNorm', ...options }, 'groupNorm')
