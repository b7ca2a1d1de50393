import { z } from 'zod'
import type { Input } from '../validation/input.js'
import { strictObject } from '../validation/strict-object.js'

/** The reference that is taken again at the start of each epoch. */
export const lastEpoch = 'lastEpoch'

/**
 * The records of the layers. The first and the last step of each epoch always go to layers.csv; the columns are those of
 * `measures`.
 */
const schema = strictObject({
  /**
   * Interval k of the records in steps/*.parquet: every k-th step of the run, counted over all epochs; 1 records every
   * step, 0 none.
   *
   * @default 0
   */
  steps: z.int().min(0).default(0),
  /**
   * true also records rotation and angle of each neuron (a row of a dense layer, a filter of a convolution), as quantiles over
   * the neurons of a layer.
   *
   * @default false
   */
  neurons: z.boolean().default(false),
  /**
   * true also records spectral norm, stable rank, and the spectral and relative size of the step, of each layer's matrix: those of
   * `spectralMeasures`. A record then takes longer than a step, so that large
   * networks need an interval.
   *
   * @default false
   */
  spectral: z.boolean().default(false),
  /**
   * Weights to measure rotation from, besides the initial ones: 'lastEpoch', the weights at the start of the epoch, or a
   * safetensors file with PyTorch's names. Each gives a column, rotation_from_<reference>.
   *
   * @default []
   */
  references: z
    .array(z.string().regex(/^[^\s",][^",\p{Cc}]*$/u, `${lastEpoch}, or a file without comma or quote in its path`))
    .refine((names) => new Set(names).size === names.length, 'a reference is listed twice; expected each once')
    .default([]),
})

export type RecordConfig = z.output<typeof schema>

export interface RecordInput extends Input<typeof schema> {}

/** The same schema with named types, which keep the words of its keys in declaration files. */
export const recordSchema: z.ZodType<RecordConfig, RecordInput> = schema

/** The references that are files. */
export function referenceFiles({ references }: RecordConfig): string[] {
  return references.filter((reference) => reference !== lastEpoch)
}
