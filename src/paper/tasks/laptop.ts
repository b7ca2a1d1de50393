import { cifar10 } from '../../data/cifar/cifar10.js'
import { cifar100 } from '../../data/cifar/cifar100.js'
import { resnet110, resnet32 } from '../../model/zoo/keras-resnet.js'
import { vgg25 } from '../../model/zoo/paper-vgg.js'
import { l2 } from '../../regularization/l2.js'
import { scaledDrops } from '../task.js'
import { c10Cnn1 } from './c10-cnn1.js'
import { c10Resnet } from './c10-resnet.js'
import { c100Resnet } from './c100-resnet.js'
import type { ComparedTask, Drops, SweptTask } from './task.js'

/** The same drops in a training of another length. */
const scaledTo = (epochs: number, { epochs: from, at, factor }: Drops): Drops => ({
  epochs,
  at: scaledDrops(at, from, epochs),
  factor,
})

/** A fifth of the training images: 9,000 that train and 1,000 that validate. */
const images = cifar10({ perClass: 1000 })

const cnnSweep = scaledTo(16, c10Cnn1.sweep)

/**
 * C10-CNN1 for a laptop: 9 layers of 16 to 128 filters, a fifth of the images, 16 epochs. Batches of 64 instead of 128 make it
 * 2,256 steps, a sixteenth of the paper's: a layer that turns by 3^-3 a step in unrelated directions comes to a rotation of
 * 0.7 before the first drop, and the paper's rates keep their meaning. L2 is five times as strong, so that weights come to
 * their equilibrium (after 1/(2w·rate) steps) in a seventh of the run. Under Adam's momentum the paper's rate of 3^-5 is so low
 * that a layer would come to a rotation of 0.2 only: an angle three times as large makes up for a ninth of the steps.
 */
export const laptopCnn: ComparedTask = {
  ...c10Cnn1,
  isScaled: true,
  setup: {
    ...c10Cnn1.setup,
    data: images,
    model: vgg25({ width: 16, convolutionsPerStage: 2 }),
    batchSize: 64,
  },
  l2: l2(5e-3),
  adamLaycaRate: 3 ** -4,
  sweep: cnnSweep,
  best: { SGD: { rate: 3 ** -1, drops: cnnSweep }, 'SGD+L2': { rate: 3 ** -1, drops: cnnSweep } },
  adaptive: { ...c10Cnn1.adaptive, drops: cnnSweep },
  stopping: null,
}

const c100Sweep = scaledTo(16, c100Resnet.sweep)

/** C100-resnet for a laptop: a ResNet-20 of 8 to 32 filters, a fifth of CIFAR-100's images, 16 epochs, batches of 64. */
export const laptopC100: ComparedTask = {
  ...c100Resnet,
  isScaled: true,
  setup: {
    ...c100Resnet.setup,
    data: cifar100({ perClass: 100 }),
    model: resnet32({ depth: 20, width: 8 }),
    batchSize: 64,
  },
  l2: l2(5e-3, { except: ['dense'] }),
  sweep: c100Sweep,
  best: { SGD: { rate: 3 ** -1, drops: c100Sweep }, 'SGD+L2': { rate: 3 ** -1, drops: c100Sweep } },
  adaptive: { ...c100Resnet.adaptive, drops: c100Sweep },
  stopping: null,
}

const resnetSweep = scaledTo(16, c10Resnet.sweep)

/** C10-resnet for a laptop: a ResNet-20 of 8 to 32 filters, a fifth of the images, 16 epochs, batches of 64. */
export const laptopResnet: SweptTask = {
  ...c10Resnet,
  isScaled: true,
  setup: { ...c10Resnet.setup, data: images, model: resnet110({ depth: 20, width: 8 }), batchSize: 64 },
  l2: l2(5e-3, { except: ['dense'] }),
  sweep: resnetSweep,
  best: { SGD: { rate: 3 ** -1, drops: resnetSweep }, 'SGD+L2': { rate: 3 ** -1, drops: resnetSweep } },
  stopping: null,
}
