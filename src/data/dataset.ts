import type { NativeSplit } from '../native/contract.js'
import type { DataShape } from './data.js'
import type { PixelStatistics } from './pixel-statistics.js'

/** The images of a data set as they are published. */
export interface Splits {
  train: NativeSplit
  test: NativeSplit
}

/**
 * Images and labels in memory, as the addon takes them. Mean and deviation are of all training pixels, 0 … 255, before a
 * subset is drawn: pixels enter a network as (pixel - mean) / deviation.
 */
export interface Dataset extends DataShape, Splits, PixelStatistics {}
