import { join } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { json } from '../../files/json.js'
import { writeWhole } from '../../files/write.js'
import { readLedger, type LedgerPoint } from '../../study/ledger.js'
import { finishedRun } from '../../study/finished-run.js'
import { unlessUnreadable } from '../../study/unless-unreadable.js'
import type { PaperExperiment } from '../experiments/experiment.js'
import type { Scale } from '../scale.js'
import { quantitiesOf, type MeasuredQuantity } from './quantities.js'
import { comparisonRows, type ComparisonRow, type Group, type GroupValues } from './rows.js'
import { trainingsIn } from './trainings.js'

/** An experiment that was trained here beside what the authors published. */
export interface PaperComparison {
  experiment: string
  scale: Scale
  reference: GroupValues | null
  /** A row for each training, seeds taken together, and each of its quantities, in the order of the experiment. */
  rows: ComparisonRow[]
}

/** The name of the file within the folder of the study. */
export const comparisonFile = 'comparison.json'

/**
 * Compares the runs of a study that have finished with the published numbers, and writes comparison.json. It knows all points
 * of the ledger, also those that earlier sweeps trained.
 *
 * @param folder the study's folder
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED, WRITE_FAILED; INVALID_CONFIG for another study
 */
export async function comparePaper(
  experiment: PaperExperiment,
  scale: Scale,
  folder: string,
): Promise<PaperComparison> {
  const { points } = await readLedger(folder)
  if (!points.some(({ values }) => experiment.tasks.some((task) => task === values['task']))) {
    const message = `${folder}: the study has the name of ${experiment.name}, and none of its tasks; expected one that layer-rotation paper has trained`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const groups: Group[] = []
  for (const { values, point, planned } of trainingsIn(experiment, scale, points)) {
    const quantities = quantitiesOf(point)
    groups.push({ values, quantities, measured: await measuredIn(folder, planned, quantities) })
  }
  const { reference } = experiment
  const rows = comparisonRows(groups, { reference, isScaled: scale === 'laptop' })
  const comparison = { experiment: experiment.name, scale, reference: reference ?? null, rows }
  await writeWhole(join(folder, comparisonFile), json(comparison))
  return comparison
}

/** The quantities of the runs that have finished, by seed. */
async function measuredIn(folder: string, points: readonly LedgerPoint[], quantities: readonly MeasuredQuantity[]) {
  const measured = new Map<number, Map<string, number>>()
  for (const point of points) {
    const run = await finishedRun(folder, point)
    if (run === undefined) continue
    const numbers = new Map<string, number>()
    // A table of the run may be damaged.
    for (const { key, measure } of quantities)
      numbers.set(key, (await unlessUnreadable(() => measure(run))) ?? Number.NaN)
    measured.set(Number(point.values['seed']), numbers)
  }
  return measured
}
