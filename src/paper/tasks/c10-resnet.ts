import { cifar10 } from '../../data/cifar/cifar10.js'
import { resnet110 } from '../../model/zoo/keras-resnet.js'
import { sgd } from '../../optimizer/rules/sgd.js'
import { l2 } from '../../regularization/l2.js'
import { augmented } from './setups.js'
import type { SweptTask } from './task.js'

const sweep = { epochs: 200, at: [60, 120, 160], factor: 1 / 5 }

/** A ResNet of 110 layers on shifted and mirrored images of CIFAR-10, for the experiment with warmup. */
export const c10Resnet: SweptTask = {
  name: 'C10-resnet',
  setup: { ...augmented, data: cifar10(), model: resnet110() },
  sgd: sgd(),
  l2: l2(1e-3, { except: ['dense'] }),
  sweep,
  best: { SGD: { rate: 3 ** -1, drops: sweep }, 'SGD+L2': { rate: 3 ** -1, drops: sweep } },
  stopping: { notWorking: { epoch: 60, accuracy: 0.2 } },
  testWeights: 'last',
}
