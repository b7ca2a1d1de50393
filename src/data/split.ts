/** The images of one split and their labels, in memory. */
export interface Split {
  /** [n, ...inputShape]: bytes, 0 to 255, or finite numbers of fp32. */
  images: Uint8Array | Float32Array
  /** [n], each in 0 … classes-1. */
  labels: Int32Array
}

/** The images of a data set as they are published. */
export interface Splits {
  train: Split
  test: Split
  /** [classes]: the name of each class; absent where classes have numbers only. */
  classNames?: readonly string[]
}

/**
 * The token ids of one split, in memory: windows, each of which begins where the one before it ends. The label of an id is
 * the one that follows it.
 */
export interface TokenSplit {
  /** [windows · context + 1], each in 0 … vocabulary-1. */
  tokens: Int32Array
}

/** The tokens that train and those that test. */
export interface TokenSplits {
  train: TokenSplit
  test: TokenSplit
}

/** Returns the number of examples: of images, or of windows of `inputShape` [context]. */
export function exampleCount(split: Split | TokenSplit, [context = 1]: readonly number[]): number {
  return 'tokens' in split ? (split.tokens.length - 1) / context : split.labels.length
}

/** Returns the arrays that a split consists of. */
export function arraysOf(split: Split | TokenSplit): (Uint8Array | Float32Array | Int32Array)[] {
  return 'tokens' in split ? [split.tokens] : [split.images, split.labels]
}
