import { z } from 'zod'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import { folder, perClass } from '../set-options.js'

export const cifar10Schema = strictObject({
  type: z.literal('cifar10'),
  /** Holds the six .bin files, cifar-10-batches-bin/ with them, or cifar-10-binary.tar.gz; null for the data folder. */
  folder,
  perClass,
})

export const cifar100Schema = strictObject({
  type: z.literal('cifar100'),
  /** Holds train.bin and test.bin, cifar-100-binary/ with them, or cifar-100-binary.tar.gz; null for the data folder. */
  folder,
  /** 'fine': the 100 classes; 'coarse': their 20 superclasses. */
  labels: z.enum(['fine', 'coarse']).default('fine'),
  perClass,
})

export type Cifar10Config = z.output<typeof cifar10Schema>
export type Cifar100Config = z.output<typeof cifar100Schema>

/**
 * CIFAR-10: 50,000 training and 10,000 test images of 3 × 32 × 32 pixels in 10 classes.
 * `layer-rotation data get cifar-10` downloads it.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function cifar10(options: Omit<z.input<typeof cifar10Schema>, 'type'> = {}): Cifar10Config {
  return validate(cifar10Schema, { type: 'cifar10', ...options }, 'cifar10')
}

/**
 * CIFAR-100: 50,000 training and 10,000 test images of 3 × 32 × 32 pixels in 100 classes or 20 superclasses.
 * `layer-rotation data get cifar-100` downloads it.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function cifar100(options: Omit<z.input<typeof cifar100Schema>, 'type'> = {}): Cifar100Config {
  return validate(cifar100Schema, { type: 'cifar100', ...options }, 'cifar100')
}
