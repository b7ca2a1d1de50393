import { table } from '../terminal/table.js'
import type { InspectedModel } from './inspect-model.js'

/** Returns one line for each network. */
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
      parameters.toLocaleString('en'),
      String(monitored.length),
      describe,
    ]),
  )
}
