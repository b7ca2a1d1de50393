import { isAlarming, type LayerHealth } from '../../measure/health.js'
import { cosineDistance, decimals, significant } from '../../numbers.js'
import { type Html, html } from '../html.js'
import { mostTableRows, restOf } from '../study/table-rows.js'

/** The section with the layers at the last checkpoint. @param start the checkpoint from which rotation is measured, in words */
export function healthTable(layers: readonly LayerHealth[], start: string): Html {
  return html`<section aria-labelledby="layers">
    <h2 id="layers">Layers</h2>
    <div class="scroll">
      <table aria-labelledby="layers" aria-describedby="layers-note">
        <thead>
          <tr>
            <th scope="col">layer</th>
            <th class="name" scope="col">shape</th>
            <th scope="col">rotation</th>
            <th scope="col">angle (°)</th>
            <th scope="col">update</th>
            <th scope="col">norm</th>
            <th scope="col">of first</th>
            <th class="name" scope="col">unusual</th>
          </tr>
        </thead>
        <tbody>
          ${layers.slice(0, mostTableRows).map(row)}
        </tbody>
      </table>
    </div>
    <p class="note" id="layers-note">
      At the last checkpoint. Rotation is the cosine distance to ${start}, 0 … 2; angle and update, ‖w − p‖/‖p‖, are
      those since the checkpoint before. ${restOf(layers.length)}
    </p>
  </section>`
}

function row({ name, shape, rotation, angle, relativeUpdate, norm, condition }: LayerHealth): Html {
  const number = (value: number) => (Number.isNaN(value) ? '–' : significant(value))
  return html`<tr>
    <th class="text" scope="row">${name}</th>
    <td class="name">${shape.join(' × ')}</td>
    <td>${cosineDistance(rotation)}</td>
    <td>${decimals((angle * 180) / Math.PI, 2)}</td>
    <td>${number(relativeUpdate)}</td>
    <td>${number(norm.last)}</td>
    <td>${number(norm.last / norm.first)}</td>
    <td class="name${condition !== null && isAlarming(condition) ? ' bad' : ''}">${condition ?? ''}</td>
  </tr> `
}
