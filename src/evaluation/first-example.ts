import { elements, type Shape } from '../shape.js'
import type { Split, TokenSplit } from '../data/split.js'

/** Returns a split of the first example alone: a trainer has images of both splits, also where one of them is not used. */
export function firstExample(split: Split | TokenSplit, inputShape: Shape): Split | TokenSplit {
  if ('tokens' in split) return { tokens: split.tokens.slice(0, inputShape[0]! + 1) }
  return { images: split.images.slice(0, elements(inputShape)), labels: split.labels.slice(0, 1) }
}
