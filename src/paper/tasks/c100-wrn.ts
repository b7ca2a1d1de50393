import { cifar100 } from '../../data/cifar/cifar100.js'
import { wideResnet28x10 } from '../../model/zoo/wide-resnet.js'
import { adam } from '../../optimizer/rules/adam.js'
import { sgdAdamMomentum } from '../../optimizer/rules/sgd-adam-momentum.js'
import { sgd } from '../../optimizer/rules/sgd.js'
import { l2 } from '../../regularization/l2.js'
import { augmented } from './setups.js'
import type { ComparedTask } from './task.js'

const sweep = { epochs: 250, at: [100, 170, 220], factor: 1 / 5 }

/** The drops of the network's own publication, arXiv 1605.07146. */
const ownDrops = { epochs: 200, at: [60, 120, 160], factor: 1 / 5 }

/** A wide ResNet with dropout on shifted and mirrored images of CIFAR-100; the only task whose SGD has momentum. */
export const c100Wrn: ComparedTask = {
  name: 'C100-WRN',
  setup: { ...augmented, data: cifar100(), model: wideResnet28x10() },
  sgd: sgd({ momentum: 0.9, nesterov: true }),
  l2: l2(5e-4),
  sweep,
  best: { SGD: { rate: 3 ** -2, drops: sweep }, 'SGD+L2': { rate: 0.1, drops: ownDrops } },
  adaptive: { rule: adam(), regularized: true, rate: 3e-4, drops: ownDrops },
  replayRule: sgdAdamMomentum(),
  stopping: null,
  testWeights: 'last',
}
