import type { Figure } from '../../figure/figure.js'
import { renderFigure } from '../../figure/render.js'
import { accuracyByAxis } from '../../figure/study/accuracy-by-axis.js'
import { accuracyByRotation } from '../../figure/study/accuracy-by-rotation.js'
import { heatMap } from '../../figure/study/heat-map.js'
import { rotationByGroup } from '../../figure/study/rotation-by-group.js'
import { accuracyCurves, rotationCurves } from '../../figure/study/study-curves.js'
import { studyView } from '../../figure/study/study-view.js'
import type { Study } from '../../study/study-row.js'

/** Draws the figures of a study, as far as there is something to draw. @param x the axis that comes first */
export async function studyFigures(study: Study, x: string | undefined): Promise<Figure[]> {
  const view = studyView(study, x)
  const sources = [
    accuracyByRotation(view),
    accuracyByAxis(view),
    heatMap(view),
    accuracyCurves(view),
    rotationCurves(view),
    await rotationByGroup(view),
  ]
  const figures: Figure[] = []
  for (const source of sources) if (source !== undefined) figures.push(await renderFigure(source))
  return figures
}
