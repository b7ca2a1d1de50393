import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { pathSchema } from '../validation/path.js'

export interface MeasureOptions {
  /** The checkpoint from which rotation is measured; by default the first of the series. */
  from?: string | undefined
  /**
   * Patterns of the layers to measure, in which `*` stands for any characters; they may name tensors of one dimension, too. By
   * default all tensors of two and more dimensions.
   */
  layers?: readonly string[] | undefined
  /**
   * The weights that are measured as one vector: those of each 'layer', or of all layers of a 'group' that serve the same
   * purpose, such as attention, told by their names; by default tensors of one dimension, too, such as those of norms. 'neuron'
   * measures layers, and adds columns for the neurons (the rows along dimension 0) of each: the smallest value, the quartiles
   * and the largest one over those that have a direction to turn from.
   *
   * @default "layer"
   */
  by?: 'layer' | 'neuron' | 'group' | undefined
  /**
   * Adds `spectral_norm`, `stable_rank`, `spectral_change` and `spectral_update`, from the largest singular values of each layer's matrix, outputs
   * times all other dimensions. It takes many times as long.
   *
   * @default false
   */
  spectral?: boolean | undefined
  /** CPU threads, 1 … 1024; by default one per core. */
  threads?: number | undefined
  /** Ends the work before the next checkpoint. */
  signal?: AbortSignal | undefined
  /** Called after each checkpoint with its place, from 1. */
  onCheckpoint?: ((place: number, total: number) => void) | undefined
}

export const pathsSchema = z.union([pathSchema, z.array(pathSchema).min(1)])

/** Checks of the options, one each. */
export const measureOptions = {
  from: pathSchema.optional(),
  layers: z.array(z.string().min(1)).min(1).optional(),
  by: z.enum(['layer', 'neuron', 'group']).optional(),
  spectral: z.boolean().optional(),
  threads: z.int().min(1).max(1024).optional(),
  signal: z.instanceof(AbortSignal).optional(),
  onCheckpoint: z.custom<() => void>((value) => typeof value === 'function').optional(),
}

/** @throws {LayerRotationError} INVALID_CONFIG for options that exclude each other */
export function requireTogether({ by, spectral }: MeasureOptions, subject: string): void {
  if (!spectral || by !== 'group') return
  const message = `${subject}: spectral is true with by: 'group'; a group is no matrix, expected 'layer' or 'neuron'`
  throw new LayerRotationError('INVALID_CONFIG', message)
}
