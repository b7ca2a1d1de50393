import { resolve } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { meanRotation } from '../../rotation/mean-rotation.js'
import type { RotationTable } from '../../rotation/rotation-table.js'
import { readRotation } from '../../run/open-run.js'
import type { StudyRow } from '../../study/study-row.js'
import type { FigureSource } from '../figure.js'
import { commonLayers, layerPanels, layerPoints } from '../layer-panels.js'
import type { Heading } from '../panel-grid.js'
import { domainUpTo } from '../rotation-axis.js'
import { thin } from '../thin.js'
import { studyPanels } from './study-panels.js'
import type { StudyView } from './study-view.js'

/** The most points of all panels together; a picture of this size cannot show more. */
const mostPoints = 120_000

/**
 * The figure of every layer's rotation by epoch, the mean of the runs that differ by their seed only, with one panel for each such
 * group. The tables of the runs are read for the panels that are drawn, one group after the other.
 *
 * @returns undefined without finished runs
 */
export async function rotationByGroup({ folder, axes, groups, remark }: StudyView): Promise<FigureSource | undefined> {
  const divided = studyPanels(groups, axes)
  const panels: { heading: Heading; rotation: RotationTable }[] = []
  for (const { heading, members } of divided.panels) {
    const rotation = await groupRotation(
      folder,
      members.flatMap(({ rows }) => rows),
    )
    if (rotation !== undefined) panels.push({ heading, rotation })
  }
  if (panels.length === 0) return undefined
  const tables = panels.map(({ rotation }) => rotation)
  const depth = tables.reduce((most, { layers }) => Math.max(most, layers.length), 1)
  const layersDrawn = Math.min(depth, panels.length > 4 ? 60 : 200)
  const epochsDrawn = Math.max(20, Math.min(200, Math.floor(mostPoints / panels.length / layersDrawn)))
  const drawn = panels.map(({ heading, rotation }) => ({
    heading,
    lines: layerPoints(rotation, thin(rotation.epochs.length, epochsDrawn), layersDrawn),
    guides: [],
  }))
  const largest = drawn.reduce(
    (most, { lines }) => lines.reduce((a, line) => (line.rotation > a ? line.rotation : a), most),
    0,
  )
  return {
    name: 'rotation-by-layer',
    title: 'Mean rotation of every layer by epoch, coloured from the first layer to the last',
    caption:
      'Rotation of every layer after each epoch, the mean over the finished runs that differ by their seed only, ' +
      (depth > 1 ? `from the first layer (violet) to the last of ${depth} (yellow).` : 'of the only layer.') +
      (depth > layersDrawn ? ` Of a network of more than ${layersDrawn} layers, ${layersDrawn} are drawn.` : '') +
      divided.remark +
      remark,
    spec: layerPanels(drawn, {
      layers: commonLayers(tables),
      depth,
      epochs: tables.reduce((most, { epochs }) => Math.max(most, epochs.at(-1) ?? 0), 1),
      domain: domainUpTo(largest),
    }),
  }
}

/** The mean rotation of the layers of some runs: of those with the layers of the first one. */
async function groupRotation(study: string, rows: readonly StudyRow[]): Promise<RotationTable | undefined> {
  const tables: RotationTable[] = []
  for (const { folder, experiment } of rows) {
    const rotation = await readRotation(resolve(study, folder), experiment).catch(noneIfGone)
    if (rotation !== undefined && commonLayers([rotation, ...tables.slice(0, 1)]) !== undefined) tables.push(rotation)
  }
  return tables.length === 0 ? undefined : meanRotation(tables)
}

/** Accepts a run that was removed or damaged since the study was opened. */
function noneIfGone(error: unknown): undefined {
  if (error instanceof LayerRotationError) return undefined
  throw error
}
