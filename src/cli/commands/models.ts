import { LayerRotationError } from '../../errors.js'
import { defineCommand } from '../command.js'
import { print } from '../output.js'

export const models = defineCommand({
  command: 'models [model] [settings..]',
  describe: 'List the networks, or the layers of one',
  positionals: {
    model: {
      type: 'string',
      describe: 'Show its layers with their shapes and parameters; a network of the list, or a file of export_model.py',
    },
    settings: {
      type: 'string',
      array: true,
      default: [],
      defaultDescription: 'none',
      describe: 'option=value: changes the network, written as in YAML',
    },
  },
  options: {
    json: { type: 'boolean', default: false, describe: 'Print JSON' },
  },
  examples: [
    ['models', 'All networks, with their parameters'],
    ['models vgg25', 'The layers of one'],
    ['models vgg25 width=16 convolutionsPerStage=3', 'Of another size'],
    ['models resnet18 classes=100 --json', 'Every parameter and buffer by its name in state_dict'],
    ['models net.pt2', 'The layers of a network from PyTorch'],
  ],
  notes: [
    'An experiment takes a network by its name and options: `model: { type: vgg25, classes: 100 }` in YAML, ' +
      '`vgg25({ classes: 100 })` in TypeScript; `network({ layers })` is for layers of your own.',
    'Monitored layers are the weights of convolutions and dense layers: their rotation is measured, and Layca trains them ' +
      'alone. They are numbered in forward order, as in the paper.',
  ],
  handler: async ({ model, settings, json }) => {
    const { isZooName, zooNames } = await import('../../model/zoo/zoo.js')
    const { inspectExported, inspectModel } = await import('../models/inspect-model.js')
    if (model === undefined) {
      const all = await Promise.all(zooNames.map((name) => inspectModel(name)))
      if (json) return print(JSON.stringify(all.map(withoutLayers), null, 2))
      const { modelList } = await import('../models/model-list.js')
      return print(...modelList(all))
    }
    const isFile = /[./]/.test(model)
    if (isFile && settings.length > 0) {
      const message = `${model} is a file, whose network has no options; found ${settings[0]}`
      throw new LayerRotationError('INVALID_CONFIG', message)
    }
    if (!isFile && !isZooName(model)) {
      const { suggestion } = await import('../../validation/nearest.js')
      throw new LayerRotationError('INVALID_CONFIG', `there is no model ${model}${suggestion(model, zooNames)}`)
    }
    const inspected = isZooName(model) ? await inspectModel(model, settings) : inspectExported(model)
    if (json) return print(JSON.stringify(inspected, null, 2))
    const { layerTable } = await import('../models/model-layers.js')
    print(...layerTable(inspected))
  },
})

function withoutLayers<Model extends { layers: unknown }>({ layers: _layers, ...model }: Model): Omit<Model, 'layers'> {
  return model
}
