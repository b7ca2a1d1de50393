import { z } from 'zod'
import { cifar100Schema, cifar10Schema } from './cifar/cifar-config.js'
import { imageFolderSchema } from './images/image-folder-config.js'
import { fashionMnistSchema, mnistSchema } from './mnist/mnist-config.js'
import { syntheticSchema } from './synthetic/synthetic-config.js'
import { tinyImageNetSchema } from './images/tiny-imagenet-config.js'

export const dataSchema = z.discriminatedUnion('type', [
  mnistSchema,
  fashionMnistSchema,
  cifar10Schema,
  cifar100Schema,
  tinyImageNetSchema,
  imageFolderSchema,
  syntheticSchema,
])

export type DataConfig = z.output<typeof dataSchema>

/** What a model must fit, known without reading a file. */
export interface DataShape {
  /** One example, [channels, height, width]. */
  inputShape: readonly number[]
  classes: number
}

export function dataShape(config: DataConfig): DataShape {
  switch (config.type) {
    case 'mnist':
    case 'fashionMnist':
      return { inputShape: [1, 28, 28], classes: 10 }
    case 'cifar10':
      return { inputShape: [3, 32, 32], classes: 10 }
    case 'cifar100':
      return { inputShape: [3, 32, 32], classes: config.labels === 'fine' ? 100 : 20 }
    case 'tinyImageNet':
      return { inputShape: [3, 64, 64], classes: 200 }
    case 'imageFolder':
      return { inputShape: [config.channels, config.height, config.width], classes: config.classes }
    case 'synthetic':
      return { inputShape: config.shape, classes: config.classes }
  }
}
