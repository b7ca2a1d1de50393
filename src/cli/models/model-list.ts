import { table } from '../terminal/table.js'
import type { InspectedModel } from './inspect-model.js'

/** The networks as lines: one each. */
export function modelList(models: readonly InspectedModel[]): string[] {
  return table(
    [
      { title: 'model' },
      { title: 'input' },
      { title: 'classes', align: 'right' },
      { title: 'parameters', align: 'right' },
      { title: 'layers', align: 'right' },
      { title: '' },
    ],
    models.map(({ name, input, output, parameters, monitored, describe }) => [
      name,
      input.join('×'),
      output.join('×'),
      parameters.toLocaleString('en'),
      String(monitored.length),
      describe,
    ]),
  )
}
