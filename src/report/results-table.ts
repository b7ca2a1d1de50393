import type { RunLabels } from '../figure/run-labels.js'
import { commonUnit, inOrder, measuredAt, type Series } from '../figure/series.js'
import { lastTested } from '../run/metrics.js'
import type { Run } from '../run/open-run.js'
import { cosineDistance, count, duration, percentOf, significant } from '../numbers.js'
import { type Html, html } from './html.js'

/** The most layers with a column each; of more, the table has the mean, smallest and largest rotation. */
const namedLayers = 4

/** The section with the final numbers of each run. */
export function resultsTable(runs: readonly Run[], naming: RunLabels): Html {
  const common = commonLayers(runs)
  const layers = common.length > 0 && common.length <= namedLayers ? common : undefined
  const columns = layers ?? ['mean', 'smallest', 'largest']
  const hasTop5 = runs.some(({ metrics }) => metrics.some(({ testTop5Accuracy }) => testTop5Accuracy !== null))
  const hasBest = runs.some(({ best }) => best !== undefined)
  // Losses and accuracies of trainings in PyTorch are not known.
  const hasMetrics = runs.some(({ config }) => config !== undefined)
  const unit = commonUnit(runs)
  return html`<section aria-labelledby="results">
    <h2 id="results">Results</h2>
    <div class="scroll">
      <table aria-labelledby="results" aria-describedby="results-note">
        <thead>
          <tr>
            <td></td>
            <td></td>
            ${hasMetrics ? metricsGroups(hasTop5) : ''}
            <th class="group" colspan="${columns.length}" scope="colgroup">rotation</th>
            ${hasBest ? html`<th class="group" colspan="3" scope="colgroup">best on validation</th>` : ''}
            ${hasMetrics ? html`<td></td>` : ''}
          </tr>
          <tr>
            <th scope="col">${naming.title || 'run'}</th>
            <th scope="col">${unit}s</th>
            ${hasMetrics ? metricsHeads(hasTop5) : ''} ${columns.map((column) => html`<th scope="col">${column}</th>`)}
            ${hasBest ? bestHeads : ''} ${hasMetrics ? html`<th class="starts" scope="col">time</th>` : ''}
          </tr>
        </thead>
        <tbody>
          ${inOrder(runs, naming).map((series) => row(series, { layers, hasTop5, hasBest, hasMetrics }))}
        </tbody>
      </table>
    </div>
    <p class="note" id="results-note">
      After the last ${measuredAt[unit]}.
      ${hasMetrics ? 'Training values are means over the epoch in training mode, test values are measured after it.' : ''}
      Rotation is the cosine distance to the initial weights. ${inOrder(runs, naming).map(withoutRotation)}
      ${hasBest ? 'Best on validation is the first epoch with the largest validation accuracy.' : ''}
    </p>
  </section>`
}

const metricsGroups = (hasTop5: boolean) =>
  html`<th class="group" colspan="${hasTop5 ? 3 : 2}" scope="colgroup">accuracy (%)</th>
    <th class="group" colspan="2" scope="colgroup">loss</th>`

const metricsHeads = (hasTop5: boolean) =>
  html`<th class="starts" scope="col">test</th>
    ${hasTop5 ? html`<th scope="col">test top-5</th>` : ''}
    <th scope="col">train</th>
    <th class="starts" scope="col">test</th>
    <th scope="col">train</th>`

const bestHeads = html`<th class="starts" scope="col">epoch</th>
  <th scope="col">validation (%)</th>
  <th scope="col">test (%)</th>`

interface Columns {
  layers: readonly string[] | undefined
  hasTop5: boolean
  hasBest: boolean
  hasMetrics: boolean
}

function row({ run, label }: Series, { layers, hasTop5, hasBest, hasMetrics }: Columns): Html {
  const last = run.metrics.at(-1)
  return html`<tr>
    <th scope="row">${label}</th>
    <td>${count(run.rotation.epochs.at(-1) ?? 0)}</td>
    ${hasMetrics ? metricsCells(run, hasTop5) : ''}
    ${rotations(run, layers).map((rotation) => html`<td>${cosineDistance(rotation)}</td>`)}
    ${hasBest ? bestCells(run) : ''}
    ${hasMetrics ? html`<td class="starts">${last ? duration(last.seconds) : '–'}</td>` : ''}
  </tr> `
}

function metricsCells({ metrics }: Run, hasTop5: boolean): Html {
  const last = metrics.at(-1)
  const tested = lastTested(metrics)
  return html`<td class="starts">${percentOf(tested?.testAccuracy)}</td>
    ${hasTop5 ? html`<td>${percentOf(tested?.testTop5Accuracy)}</td>` : ''}
    <td>${percentOf(last?.trainAccuracy)}</td>
    <td class="starts">${significant(tested?.testLoss)}</td>
    <td>${significant(last?.trainLoss)}</td>`
}

function bestCells({ best }: Run): Html {
  return html`<td class="starts">${best?.epoch ?? '–'}</td>
    <td>${percentOf(best?.valAccuracy)}</td>
    <td>${percentOf(best?.testAccuracy)}</td>`
}

/** The names of the layers if all runs have the same ones, otherwise empty. */
function commonLayers(runs: readonly Run[]): readonly string[] {
  const [first] = runs
  const layers = first?.rotation.layers ?? []
  return runs.every((run) => run.rotation.layers.join() === layers.join()) ? layers : []
}

/** A sentence on a run of which some layers have no rotation, because their initial weights are 0. */
function withoutRotation({ run: { rotation }, label }: Series): string {
  const [known, all] = [rotation.known().at(-1) ?? 0, rotation.layers.length]
  if (known === all || rotation.epochs.length === 0) return ''
  return `The rotation of ${label} is that of ${count(known)} of ${count(all, 'layer')}: the others began at 0. `
}

function rotations({ rotation }: Run, layers: readonly string[] | undefined): (number | undefined)[] {
  if (layers) return layers.map((layer) => rotation.layer(layer).at(-1))
  const all = rotation.layers.map((layer) => rotation.layer(layer).at(-1) ?? Number.NaN)
  const known = all.filter((value) => !Number.isNaN(value))
  if (known.length === 0) return [undefined, undefined, undefined]
  // Not Math.min(...known): a call takes no more than some 100,000 arguments.
  const [smallest, largest] = [
    known.reduce((a, b) => Math.min(a, b), Infinity),
    known.reduce((a, b) => Math.max(a, b), -Infinity),
  ]
  return [rotation.mean().at(-1), smallest, largest]
}
