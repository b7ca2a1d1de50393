import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'

/** The reference that is taken again at the start of each epoch. */
export const lastEpoch = 'lastEpoch'

/**
 * The records of the layers. The first and the last step of each epoch always go to layers.csv; the columns are those of
 * `measures`.
 */
export const recordSchema = strictObject({
  /**
   * Interval k of the records in steps/*.parquet: every k-th step of the run, counted over all epochs; 1 records every
   * step, 0 none.
   */
  steps: z.int().min(0).default(0),
  /**
   * Also records rotation and angle of each neuron (a row of a dense layer, a filter of a convolution), as
   * quantiles over the neurons of a layer.
   */
  neurons: z.boolean().default(false),
  /**
   * Weights to measure rotation from, besides the initial ones: 'lastEpoch', the weights at the start of the epoch, or a
   * safetensors file with PyTorch's names. Each gives a column, rotation_from_<reference>.
   */
  references: z
    .array(z.string().regex(/^[^\s",][^",\p{Cc}]*$/u, `${lastEpoch}, or a file without comma or quote in its path`))
    .refine((names) => new Set(names).size === names.length, 'a reference is listed twice; expected each once')
    .default([]),
})

export type RecordConfig = z.output<typeof recordSchema>

/** The references that are files. */
export function referenceFiles({ references }: RecordConfig): string[] {
  return references.filter((reference) => reference !== lastEpoch)
}
