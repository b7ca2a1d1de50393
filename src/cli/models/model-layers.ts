import { styleText } from 'node:util'
import { count } from '../../numbers.js'
import { table } from '../terminal/table.js'
import type { InspectedModel } from './inspect-model.js'

/**
 * Describes the layers of a network, one per line: those in residual layers are indented, monitored ones are numbered;
 * then the totals.
 */
export function layerTable(model: InspectedModel): string[] {
  const indices = new Map(model.monitored.map((name, index) => [name, index]))
  const [titles = '', ...lines] = table(
    [
      { title: '#', align: 'right' },
      { title: 'layer' },
      { title: 'type' },
      { title: 'output' },
      { title: 'parameters', align: 'right' },
    ],
    model.layers.map(({ name, depth, summary, output, parameters }) => [
      String(indices.get(name) ?? ''),
      '  '.repeat(depth) + name,
      summary,
      output.join('×'),
      parameters === 0 ? '' : count(parameters),
    ]),
  )
  return [
    `${styleText('bold', model.name)}  ${model.describe}, ${model.input.join('×')} → ${model.output.join('×')}`,
    '',
    titles,
    ...lines.map((line, i) => (model.layers[i]?.monitored ? line : styleText('dim', line))),
    '',
    `${count(model.parameters, 'trainable parameter')}, ${count(model.buffers, 'number')} in buffers`,
    `${count(model.monitored.length, 'monitored layer')}, numbered in forward order`,
  ]
}
