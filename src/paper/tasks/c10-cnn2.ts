import { cifar10 } from '../../data/cifar/cifar10.js'
import { vggTorchBlog } from '../../model/zoo/vgg-torch-blog.js'
import { rmsprop } from '../../optimizer/rules/rmsprop.js'
import { sgd } from '../../optimizer/rules/sgd.js'
import { l2 } from '../../regularization/l2.js'
import { augmented } from './setups.js'
import type { ComparedTask } from './task.js'

const sweep = { epochs: 250, at: [100, 170, 220], factor: 1 / 5 }

/** The drops of the network's own publication, http://torch.ch/blog/2015/07/30/cifar.html. */
const halvings = { epochs: 250, at: [25, 50, 75, 100, 125, 150, 175, 200, 225], factor: 1 / 2 }

/** The VGG of 15 layers of the Torch blog, without its dropout, on shifted and mirrored images of CIFAR-10. */
export const c10Cnn2: ComparedTask = {
  name: 'C10-CNN2',
  setup: { ...augmented, data: cifar10(), model: vggTorchBlog() },
  sgd: sgd(),
  l2: l2(5e-4),
  sweep,
  best: { SGD: { rate: 3 ** -1, drops: sweep }, 'SGD+L2': { rate: 0.5, drops: halvings } },
  adaptive: { rule: rmsprop(), regularized: true, rate: 3e-4, drops: halvings },
  replayRule: sgd(),
  stopping: null,
  testWeights: 'last',
}
