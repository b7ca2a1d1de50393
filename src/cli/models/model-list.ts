import { count } from '../../numbers.js'
import { table } from '../terminal/table.js'
import type { InspectedModel } from './inspect-model.js'

/** Describes the networks, one per line. */
export function modelList(models: readonly InspectedModel[]): string[] {
  return table(
    [
      { title: 'model' },
      { title: 'input' },
      { title: 'parameters', align: 'right' },
      { title: 'layers', align: 'right' },
      { title: '' },
    ],
    models.map(({ name, input, parameters, monitored, describe }) => [
      name,
      input.join('×'),
      count(parameters),
      String(monitored.length),
      describe,
    ]),
  )
}
