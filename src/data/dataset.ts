import type { NativeSplit } from '../native.js'
import type { DataShape } from './data.js'

/** Images and labels in memory, as the addon takes them. */
export interface Dataset extends DataShape {
  /** Of all training pixels, 0 … 255, before a subset is drawn: pixels enter a network as (pixel - mean) / deviation. */
  mean: number
  deviation: number
  train: NativeSplit
  test: NativeSplit
}
