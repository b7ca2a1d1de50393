import type { RunEntry } from '../protocol.js'
import { isKnown } from './is-known.js'
import { picked } from './state.js'
import { layerColumns, type Column, type Tables } from './tables.js'
import { positionText, rotation, significant } from './text.js'

/** The last numbers of each layer as a table, for those who do not see the charts and those who want to copy them. */
export function LayerNumbers({ run, own }: { run: RunEntry; own: Tables }) {
  const table = own.rotation!
  const columns = [
    { title: 'rotation', values: layerColumns(table, 'rotation'), format: rotation },
    ...['angle', 'norm', 'gradient_norm', 'rate'].map((name) => ({
      title: name.replace('_', ' '),
      values: layerColumns(own.layers, name),
      format: significant,
    })),
  ].filter(({ values }) => values !== undefined)
  const at = table.columns[0]?.at(-1)
  if (!isKnown(at)) return null
  return (
    <details>
      <summary>
        Numbers of each layer after {positionText(at, table.unit)} of {run.name}
      </summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Numbers of each layer">
        <table>
          <thead>
            <tr>
              <th scope="col">layer</th>
              {columns.map(({ title }) => (
                <th scope="col" key={title}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.layers.map((layer, i) => (
              <tr key={layer} class={picked.value?.layer === i ? 'picked' : ''}>
                <th scope="row">{layer}</th>
                {columns.map(({ title, values, format }) => (
                  <td key={title}>{cell(values![i], format)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}

function cell(values: Column | undefined, format: (value: number) => string): string {
  const value = values?.at(-1)
  return isKnown(value) ? format(value) : '–'
}
