import type { DataConfig } from '../data/data.js'
import { count } from './numbers.js'

/** Describes the data of an experiment: `MNIST, 1,000 training images a class`. */
export function dataText(data: DataConfig): string {
  switch (data.type) {
    case 'mnist':
    case 'fashionMnist':
    case 'cifar10':
    case 'cifar100':
    case 'tinyImageNet': {
      const coarse = data.type === 'cifar100' && data.labels === 'coarse' ? ' with its 20 superclasses' : ''
      const { perClass, folder } = data
      const images = perClass === null ? 'all training images' : `${count(perClass)} training images a class`
      return `${titles[data.type]}${coarse}, ${images}${folder === null ? '' : ` from ${folder}`}`
    }
    case 'imageFolder':
      return `images from ${data.train}, ${data.classes} classes; test images from ${data.test}`
    case 'synthetic':
      return `synthetic, ${data.classes} classes, ${count(data.train)} training images of ${data.shape.join(' × ')}`
  }
}

const titles = {
  mnist: 'MNIST',
  fashionMnist: 'Fashion-MNIST',
  cifar10: 'CIFAR-10',
  cifar100: 'CIFAR-100',
  tinyImageNet: 'Tiny ImageNet',
}
