import type { z } from 'zod'
import type { Shape } from '../../shape.js'
import type { Input } from '../../validation/input.js'
import { kerasResnetLayers, resnet110Schema, resnet32Schema } from './keras-resnet.js'
import type { LayerSpec } from '../layers.js'
import { mlpLayers, mlpSchema } from './mlp.js'
import { paperVggLayers, tinyCnnSchema, vgg25Schema } from './paper-vgg.js'
import { basicResnetLayers, bottleneckResnetLayers, resnet18Schema, deepResnetSchema } from './pytorch-resnet.js'
import { pytorchVggLayers, vgg11Schema, vgg13Schema, vgg16Schema, vgg19Schema } from './pytorch-vgg.js'
import { vggTorchBlogLayers, vggTorchBlogSchema } from './vgg-torch-blog.js'
import { wideResnetLayers, wideResnetSchema } from './wide-resnet.js'

/** A network that a model can name. */
export interface ZooNetwork<Options extends z.ZodObject = z.ZodObject> {
  /** A few words for a list. */
  describe: string
  options: Options
  layers: (options: z.output<Options>) => LayerSpec[]
  /** The shape of the images that the network is made for. */
  inputShape: Shape
  /** The options that lists show the network with, for one that has options without a default. */
  shownWith?: z.input<Options>
}

const network = <Options extends z.ZodObject>(spec: ZooNetwork<Options>) => spec

const cifar = [3, 32, 32]

/** The networks of this package by their names in `model.type`, in TypeScript and on the command line. */
export const zoo = {
  vgg25: network({
    describe: "the paper's C10-CNN1, VGG's style",
    options: vgg25Schema,
    layers: paperVggLayers,
    inputShape: cifar,
  }),
  resnet32: network({
    describe: "the paper's C100-resnet, v1",
    options: resnet32Schema,
    layers: kerasResnetLayers,
    inputShape: cifar,
  }),
  tinyCnn: network({
    describe: "the paper's tiny-CNN, VGG's style",
    options: tinyCnnSchema,
    layers: paperVggLayers,
    inputShape: [3, 64, 64],
  }),
  vggTorchBlog: network({
    describe: "the paper's C10-CNN2, VGG's style",
    options: vggTorchBlogSchema,
    layers: vggTorchBlogLayers,
    inputShape: cifar,
  }),
  wideResnet28x10: network({
    describe: "the paper's C100-WRN, dropout .3",
    options: wideResnetSchema,
    layers: wideResnetLayers,
    inputShape: cifar,
  }),
  resnet110: network({
    describe: "the paper's C10-resnet, v1",
    options: resnet110Schema,
    layers: kerasResnetLayers,
    inputShape: cifar,
  }),
  mlp: network({
    describe: "the paper's perceptron for MNIST",
    options: mlpSchema,
    layers: mlpLayers,
    inputShape: [1, 28, 28],
    shownWith: { hidden: [784], batchNorm: true },
  }),
  resnet18: network({
    describe: "PyTorch's for CIFAR, 3×3 stem",
    options: resnet18Schema,
    layers: basicResnetLayers,
    inputShape: cifar,
  }),
  resnet34: network({
    describe: "PyTorch's for CIFAR, 3×3 stem",
    options: deepResnetSchema,
    layers: basicResnetLayers,
    inputShape: cifar,
  }),
  resnet50: network({
    describe: "PyTorch's for CIFAR, 3×3 stem",
    options: deepResnetSchema,
    layers: bottleneckResnetLayers,
    inputShape: cifar,
  }),
  vgg11: network({
    describe: "PyTorch's for CIFAR, batch norm",
    options: vgg11Schema,
    layers: pytorchVggLayers,
    inputShape: cifar,
  }),
  vgg13: network({
    describe: "PyTorch's for CIFAR, batch norm",
    options: vgg13Schema,
    layers: pytorchVggLayers,
    inputShape: cifar,
  }),
  vgg16: network({
    describe: "PyTorch's for CIFAR, batch norm",
    options: vgg16Schema,
    layers: pytorchVggLayers,
    inputShape: cifar,
  }),
  vgg19: network({
    describe: "PyTorch's for CIFAR, batch norm",
    options: vgg19Schema,
    layers: pytorchVggLayers,
    inputShape: cifar,
  }),
}

export type ZooName = keyof typeof zoo

/** A network of the zoo in short: its name and its options. */
export type ZooInput = { [Name in ZooName]: Named<Name> & Input<(typeof zoo)[Name]['options']> }[ZooName]

interface Named<Name extends ZooName> {
  /** The name of the network, which decides what its options are. */
  type: Name
}

export const zooNames = Object.keys(zoo) as ZooName[]

export const isZooName = (name: unknown): name is ZooName => typeof name === 'string' && Object.hasOwn(zoo, name)

/** Returns the network of that name, its options no longer known one by one. */
export const zooNetwork = (name: ZooName) => zoo[name] as unknown as ZooNetwork
