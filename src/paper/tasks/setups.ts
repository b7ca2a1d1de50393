import { kerasCrossEntropy } from '../../loss/keras-cross-entropy.js'
import type { Setup } from './task.js'

/** The keys that the tasks on photographs share. The loss is Keras's: clipped probabilities have no gradient. */
export const plain = {
  loss: kerasCrossEntropy(),
  batchSize: 128,
  validation: { share: 0.1 },
} satisfies Partial<Setup>

/** The same with shifted and mirrored images, which Keras serves by fit_generator. */
export const augmented = {
  ...plain,
  augmentation: { shift: 4, flip: true },
  batches: 'kerasSequence',
} satisfies Partial<Setup>
