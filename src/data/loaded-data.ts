import type { DataShape } from './data-set.js'
import type { PixelStatistics } from './pixel-statistics.js'
import type { Splits, TokenSplits } from './split.js'

/**
 * Images and labels in memory, as the addon takes them. Mean and deviation are those of all training pixels, 0 … 255, before
 * a subset is drawn: pixels enter a network as (pixel - mean) / deviation.
 */
export interface ImageDataset extends DataShape, Splits, PixelStatistics {}

/** Tokens in memory, as the addon takes them. */
export interface TokenDataset extends DataShape, TokenSplits {
  classNames?: undefined
}

export type Dataset = ImageDataset | TokenDataset
