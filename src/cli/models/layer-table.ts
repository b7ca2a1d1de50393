import { styleText } from 'node:util'
import { count } from '../format.js'
import { table } from '../terminal/table.js'
import type { InspectedModel } from './inspect-model.js'

/** A network's layers as lines, those in residual layers indented, monitored ones numbered; then the sums. */
export function layerTable(model: InspectedModel): string[] {
  const indices = new Map(model.monitored.map((name, index) => [name, index]))
  const rows = model.layers.map((layer) => {
    const index = indices.get(layer.name)
    const row = [
      index === undefined ? '' : String(index),
      '  '.repeat(layer.depth) + layer.name,
      layer.summary,
      layer.output.join('×'),
      layer.parameters === 0 ? '' : layer.parameters.toLocaleString('en'),
    ]
    return index === undefined ? row.map((cell) => styleText('dim', cell)) : row
  })
  return [
    `${styleText('bold', model.name)}  ${model.describe}, ${model.input.join('×')} → ${model.output.join('×')}`,
    '',
    ...table(
      [
        { title: '#', align: 'right' },
        { title: 'layer' },
        { title: 'type' },
        { title: 'output' },
        { title: 'parameters', align: 'right' },
      ],
      rows,
    ),
    '',
    `${count(model.parameters, 'trainable parameter')}, ${count(model.buffers, 'number')} in buffers`,
    `${count(model.monitored.length, 'monitored layer')}, numbered in forward order`,
  ]
}
