import type { Contradiction } from './contradiction.js'
import type { MixingConfig } from '../augmentation-config.js'
import type { ExperimentConfig } from '../config.js'

/** Finds augmentations that contradict each other, the size of the images or the loss. */
export function* augmentationContradictions(
  { augmentation, loss }: ExperimentConfig,
  inputShape: readonly number[],
): Generator<Contradiction> {
  const [height = 0, width = 0] = inputShape.slice(-2)
  const smallest = Math.min(height, width)
  const tooLarge = (path: string[], found: string, largest: number): Contradiction => {
    const message = `${found} are more than images of ${height} × ${width} allow; expected at most ${largest}`
    return { path: ['augmentation', ...path], message }
  }
  const { shift, crop, randAugment, cutout, randomErasing, mixing } = augmentation
  if (shift > smallest) yield tooLarge(['shift'], `shifts of ${shift} pixels`, smallest)
  if (crop) {
    if (shift > 0) {
      const message = `images are shifted already, by up to ${shift} pixels; expected null, or a shift of 0`
      yield { path: ['augmentation', 'crop'], message }
    }
    // A reflection has one pixel less than the image; the other paddings could go on, to images without a pixel of their own.
    const largest = crop.mode === 'reflect' ? smallest - 1 : smallest
    if (crop.padding > largest) {
      yield tooLarge(['crop', 'padding'], `${crop.padding} pixels of the padding ${crop.mode}`, largest)
    }
  }
  const channels = inputShape.length === 3 ? inputShape[0]! : 1
  if (randAugment && channels !== 1 && channels !== 3) {
    const message = `images of ${channels} channels have no colours that its operations could change; expected null, or images of one channel or three`
    yield { path: ['augmentation', 'randAugment'], message }
  }
  if (cutout > smallest) yield tooLarge(['cutout'], `squares of ${cutout} pixels`, smallest)
  if (randomErasing && cutout > 0) {
    const message = `squares of ${cutout} pixels are erased already; expected null, or a cutout of 0`
    yield { path: ['augmentation', 'randomErasing'], message }
  }
  if (mixing) yield* mixingContradictions(mixing, loss, [height, width])
}

function* mixingContradictions(
  { mixup, cutmix }: MixingConfig,
  loss: ExperimentConfig['loss'],
  [height, width]: readonly [number, number],
): Generator<Contradiction> {
  const path = ['augmentation', 'mixing']
  if (cutmix > 0 && Math.min(height, width) < 3) {
    const message = `CutMix's boxes have even sides smaller than the image's, which is ${height} × ${width}; expected at least 3 × 3, or a cutmix of 0`
    yield { path: [...path, 'cutmix'], message }
  }
  if (mixup === 0 && cutmix === 0) {
    yield { path, message: 'neither mixup nor cutmix is above 0; expected one of them, such as {mixup: 0.2}, or null' }
  }
  if (loss.type === 'kerasCrossEntropy') {
    const message =
      "mixed images have two labels, and Keras's clipped cross-entropy takes one; expected null, or crossEntropy as the loss"
    yield { path, message }
  }
}
