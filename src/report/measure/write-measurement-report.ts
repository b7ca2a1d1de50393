import { rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import type { Figure } from '../../figure/figure.js'
import { checkpointFigureNames, checkpointFigures } from '../../figure/measure/checkpoint-figures.js'
import { renderFigure } from '../../figure/render.js'
import { writeFigures } from '../../figure/write-figures.js'
import { writeWhole, writing } from '../../files/write.js'
import type { CheckpointSeries } from '../../measure/series-measurement.js'
import { measurementLayout } from '../../measure/measurement-files.js'
import { summaryOf } from '../../measure/summary.js'
import { count } from '../../numbers.js'
import { LayerTable } from '../../rotation/layer-table.js'
import { requirePath } from '../../validation/path.js'
import { validate } from '../../validation/validate.js'
import { figureSection } from '../figure-section.js'
import { type Html, html } from '../html.js'
import { page } from '../page.js'
import { checkpointList, noteSection } from './checkpoint-sections.js'
import { healthTable } from './health-table.js'

const schema = z.object({
  series: z.object({
    origin: z.string(),
    checkpoints: z.array(z.object({ path: z.string(), step: z.number() })).min(1),
    hasSteps: z.boolean(),
    layers: z.array(z.object({ name: z.string(), shape: z.array(z.number()) })),
    table: z.instanceof(LayerTable),
    notes: z.array(z.string()),
  }),
})

/**
 * Writes `report.html`, a self-contained file, and `figures/<name>.svg` and `.png` on a series of checkpoints into a folder: the
 * layers at the last checkpoint, and how they have turned, grown and changed. It replaces the files of an earlier report one by
 * one, each atomically.
 *
 * @param series as `measureCheckpoints` gives it
 * @param into the folder, relative to the present working directory, which is '.'
 * @returns the absolute path of report.html
 * @throws {LayerRotationError} INVALID_CONFIG for arguments of other types; WRITE_FAILED; INVALID_FILE if figures is a link
 */
export async function writeMeasurementReport(series: CheckpointSeries, into: string): Promise<string> {
  validate(schema, { series }, 'writeMeasurementReport')
  requirePath(into, 'writeMeasurementReport', 'into')
  const folder = resolve(into) // stays the same if the program changes its working directory
  const { checkpoints, layers, origin, notes } = series
  const [first, last] = [checkpoints[0]!, checkpoints.at(-1)!]
  const title = `Layers of ${basename(dirname(resolve(last.path)))}`
  const figures: Figure[] = []
  for (const source of checkpointFigures(series)) figures.push(await renderFigure(source))
  await writeFigures(figures, join(folder, measurementLayout.figures))
  await removeOthers(figures, join(folder, measurementLayout.figures))
  const text = page(title, [
    header(title, series),
    healthTable(layers, origin === first.path ? 'the first checkpoint' : origin),
    noteSection(notes),
    figureSection(figures),
    checkpointList(series),
    html`<footer>
      Measured from the bytes of the checkpoints in float64; figures/ holds each figure as SVG and PNG.
    </footer>`,
  ])
  const path = join(folder, measurementLayout.report)
  await writeWhole(path, text)
  return path
}

function header(title: string, { checkpoints, hasSteps, layers }: CheckpointSeries): Html {
  const [first, last] = [checkpoints[0]!, checkpoints.at(-1)!]
  const steps = hasSteps ? `, steps ${count(first.step)} to ${count(last.step)}` : ''
  return html`<header>
    <h1>${title}</h1>
    <p class="lead">${count(checkpoints.length, 'checkpoint')}${steps}, ${count(layers.length, 'layer')}</p>
    <p>Rotation at the last checkpoint: ${summaryOf(layers)}</p>
  </header> `
}

/** Removes the figures of an earlier report that this one does not have, such as the angle of a single checkpoint. */
async function removeOthers(figures: readonly Figure[], folder: string): Promise<void> {
  const drawn = new Set(figures.map(({ name }) => name))
  for (const name of checkpointFigureNames.filter((one) => !drawn.has(one))) {
    for (const extension of ['svg', 'png']) {
      const file = join(folder, `${name}.${extension}`)
      await writing(file, () => rm(file, { force: true }))
    }
  }
}
