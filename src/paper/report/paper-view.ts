import type { PaperTraining, PaperView, PublishedCurves } from '../../figure/paper/paper-view.js'
import type { TrainedRun } from '../../run/open-run.js'
import { begunRun, finishedRun } from '../../study/finished-run.js'
import type { LedgerPoint } from '../../study/ledger.js'
import { sweptAxes, type StudyAxis } from '../../study/study-axes.js'
import type { Training } from '../comparison/trainings.js'
import type { PaperExperiment } from '../experiments/experiment.js'
import type { PublishedNumbers } from '../experiments/point.js'
import { publishedLosses } from '../published/curves.js'

/**
 * The trainings of an experiment with their runs and what is published of them, for figures.
 *
 * @param folder the study's folder
 * @param trainings as `trainingsIn` lists them
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED
 */
export async function paperView(
  folder: string,
  trainings: readonly Training[],
  { axes, reference = {}, isScaled }: Pick<PaperExperiment, 'axes' | 'reference'> & { isScaled: boolean },
): Promise<PaperView> {
  const drawn: PaperTraining[] = []
  for (const { values, point, planned } of trainings) {
    const finished = await runsOf(folder, planned, finishedRun)
    const runs = finished.length > 0 ? finished : await runsOf(folder, planned, begunRun)
    drawn.push({ values, runs, published: await curvesOf(point.published) })
  }
  const swept = telling(sweptAxes({ axes: ['task', ...axes], rows: drawn }), drawn)
  return { axes: swept, trainings: drawn, reference, isScaled }
}

async function runsOf(folder: string, points: readonly LedgerPoint[], read: typeof begunRun): Promise<TrainedRun[]> {
  const runs: TrainedRun[] = []
  for (const point of points) {
    const run = await read(folder, point)
    if (run !== undefined && run.metrics.length > 0) runs.push(run)
  }
  return runs
}

/** The axes without those whose value follows from that on an axis before them, as the adaptive method does from the task. */
function telling(axes: readonly StudyAxis[], trainings: readonly PaperTraining[]): StudyAxis[] {
  const kinds = (...chosen: readonly StudyAxis[]) =>
    new Set(trainings.map((training) => chosen.map(({ placeOf }) => placeOf(training)).join())).size
  return axes.filter((axis, i) => axes.slice(0, i).every((before) => kinds(before, axis) > kinds(before)))
}

async function curvesOf({ lossCurve, ...published }: PublishedNumbers): Promise<PublishedCurves> {
  if (lossCurve === undefined) return published
  const { task, alpha, rho } = lossCurve
  const curve = (await publishedLosses()).find(
    (one) => one.task === task && one.alpha === alpha && Math.abs(one.rho / rho - 1) < 1e-9,
  )
  return curve === undefined ? published : { ...published, losses: curve.points }
}
