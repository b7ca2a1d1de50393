import { accuracy } from '../figure/accuracy.js'
import { features } from '../figure/features.js'
import type { Figure } from '../figure/figure.js'
import { loss } from '../figure/loss.js'
import { renderFigure } from '../figure/render.js'
import { rotationByLayer } from '../figure/rotation-by-layer.js'
import type { RotationByRunOptions } from '../figure/rotation-by-run-options.js'
import { rotationByRun } from '../figure/rotation-by-run.js'
import type { Run } from '../run/open-run.js'

/** The most runs whose learned features are drawn; more of them would fill pages. */
const mostFeatureRows = 8

/**
 * Draws the figures for a set of runs: the comparison of their rotation if there are several, the rotation of every layer,
 * loss, accuracy (those of trainings in PyTorch are not known), and the learned features if the first layer is dense and its input is a square image.
 */
export async function reportFigures(runs: readonly Run[], comparison: RotationByRunOptions): Promise<Figure[]> {
  if (runs.every(({ rotation }) => rotation.epochs.length < 2)) return []
  const hasMetrics = runs.some(({ metrics }) => metrics.length > 0)
  const sources = [
    ...(runs.length > 1 ? [rotationByRun(runs, comparison)] : []),
    rotationByLayer(runs),
    ...(hasMetrics ? [loss(runs), accuracy(runs)] : []),
    runs.length <= mostFeatureRows ? ((await features(runs)) ?? []) : [],
  ].flat()
  const figures: Figure[] = []
  for (const source of sources) figures.push(await renderFigure(source))
  return figures
}
