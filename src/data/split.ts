/** The images of one split and their labels, in memory. */
export interface Split {
  /** [n, ...inputShape], one byte a pixel, 0 to 255. */
  images: Uint8Array
  /** [n], each in 0 … classes-1. */
  labels: Int32Array
}

/** The images of a data set as they are published. */
export interface Splits {
  train: Split
  test: Split
}
