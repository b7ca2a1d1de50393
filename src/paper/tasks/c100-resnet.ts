import { cifar100 } from '../../data/cifar/cifar100.js'
import { resnet32 } from '../../model/zoo/keras-resnet.js'
import { adam } from '../../optimizer/rules/adam.js'
import { sgdAdamMomentum } from '../../optimizer/rules/sgd-adam-momentum.js'
import { sgd } from '../../optimizer/rules/sgd.js'
import { l2 } from '../../regularization/l2.js'
import { plain } from './setups.js'
import type { ComparedTask } from './task.js'

const sweep = { epochs: 100, at: [70, 90, 97], factor: 1 / 10 }

/** A ResNet of 32 layers on CIFAR-100. */
export const c100Resnet: ComparedTask = {
  name: 'C100-resnet',
  setup: { ...plain, data: cifar100(), model: resnet32() },
  sgd: sgd(),
  l2: l2(1e-3, { except: ['dense'] }),
  sweep,
  best: { SGD: { rate: 3 ** -1, drops: sweep }, 'SGD+L2': { rate: 3 ** -1, drops: sweep } },
  adaptive: { rule: adam(), regularized: false, rate: 3 ** -5, drops: sweep },
  replayRule: sgdAdamMomentum(),
  stopping: { notWorking: { epoch: 7, accuracy: 0.1 }, finished: { loss: 1e-3 }, converged: { times: 3 } },
  testWeights: 'best',
}
