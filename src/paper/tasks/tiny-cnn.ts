import { tinyImageNet } from '../../data/images/tiny-imagenet.js'
import { tinyCnn as network } from '../../model/zoo/paper-vgg.js'
import { adagrad } from '../../optimizer/rules/adagrad.js'
import { sgd } from '../../optimizer/rules/sgd.js'
import { l2 } from '../../regularization/l2.js'
import { plain } from './setups.js'
import type { ComparedTask } from './task.js'

const sweep = { epochs: 80, at: [70], factor: 1 / 5 }

/**
 * A VGG of 11 layers on Tiny ImageNet. The authors' loader is not public: that its images are normalised as CIFAR's, and that
 * the labelled validation images are the test images, is inferred.
 */
export const tinyCnn: ComparedTask = {
  name: 'tiny-CNN',
  setup: { ...plain, data: tinyImageNet(), model: network() },
  sgd: sgd(),
  l2: l2(1e-3),
  sweep,
  best: {
    SGD: { rate: 3 ** -1, drops: sweep },
    'SGD+L2': { rate: 3 ** -1, drops: { epochs: 100, at: [70, 90, 97], factor: 1 / 5 } },
  },
  adaptive: { rule: adagrad(), regularized: false, rate: 3 ** -4, drops: sweep },
  replayRule: sgd(),
  stopping: { notWorking: { epoch: 10, accuracy: 0.2 }, finished: { loss: 1e-3 }, converged: { times: 3 } },
  testWeights: 'best',
}
