import { cifar10 } from '../../data/cifar/cifar10.js'
import { vgg25 } from '../../model/zoo/paper-vgg.js'
import { rmsprop } from '../../optimizer/rules/rmsprop.js'
import { sgd } from '../../optimizer/rules/sgd.js'
import { l2 } from '../../regularization/l2.js'
import { plain } from './setups.js'
import type { ComparedTask } from './task.js'

const sweep = { epochs: 100, at: [80, 90, 97], factor: 1 / 5 }

/** A VGG of 25 layers on CIFAR-10. */
export const c10Cnn1: ComparedTask = {
  name: 'C10-CNN1',
  setup: { ...plain, data: cifar10(), model: vgg25() },
  sgd: sgd(),
  l2: l2(1e-3),
  sweep,
  best: { SGD: { rate: 3 ** -1, drops: sweep }, 'SGD+L2': { rate: 3 ** -1, drops: sweep } },
  adaptive: { rule: rmsprop(), regularized: false, rate: 3 ** -6, drops: sweep },
  replayRule: sgd(),
  stopping: { notWorking: { epoch: 7, accuracy: 0.2 }, finished: { loss: 1e-4 }, converged: { times: 3 } },
  testWeights: 'last',
}
