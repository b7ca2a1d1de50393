import { resolve } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { printable } from '../printable.js'
import { bestEpoch } from '../run/metrics.js'
import { readMeasurements } from '../run/open-run.js'
import { requirePath } from '../validation/path.js'
import { readLedger, runFolder, type LedgerPoint } from './ledger.js'
import { pointState } from './point-state.js'
import { runCurves, type Measurements } from './run-curves.js'
import type { Study, StudyRow } from './study-row.js'

/**
 * Reads a study: the points of its ledger and, for each, the numbers of its run. The runs may still be running. A run that cannot
 * be read is a row that says why.
 *
 *     const { rows } = await openStudy('runs/rates')
 *     rows.map(({ values, testAccuracy, meanRotation }) => …)
 *
 * @param folder the study's folder
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE or READ_FAILED for its ledger; INVALID_CONFIG for a folder that is no path
 */
export async function openStudy(folder: string): Promise<Study> {
  requirePath(folder, 'openStudy', 'folder')
  const absolute = resolve(folder) // stays the same if the program changes its working directory
  const { name, axes, points } = await readLedger(absolute)
  const rows: StudyRow[] = []
  // One after the other, so that the tables of one run at a time are in memory.
  for (const point of points) rows.push(await rowOf(absolute, point))
  return { folder: absolute, name, axes, rows }
}

async function rowOf(study: string, point: LedgerPoint): Promise<StudyRow> {
  const folder = runFolder(study, point)
  const empty = emptyRow(point)
  try {
    const found = await pointState(study, point)
    if (found.state === 'new') return empty
    const { environment, status } = found.head
    const row: StudyRow = {
      ...empty,
      state: found.state,
      reason: status.reason === undefined ? null : printable(status.reason),
      warnings: (status.warnings ?? []).map(printable),
      environment,
      epochs: status.epoch,
    }
    const measured = await readMeasurements(folder, found.head).catch((error) => noneYet(error, row.state))
    return measured === undefined ? row : { ...row, ...numbersOf(measured, point) }
  } catch (error) {
    if (!(error instanceof LayerRotationError)) throw error
    return { ...empty, state: 'unreadable', reason: error.message }
  }
}

/** Accepts a run without tables, which come after the files that tell its state. */
function noneYet(error: unknown, state: StudyRow['state']): undefined {
  if (error instanceof LayerRotationError && error.code === 'MISSING_FILE' && state !== 'finished') return undefined
  throw error
}

const emptyRow = ({ values, folder, experiment }: LedgerPoint): StudyRow => ({
  values,
  folder,
  state: 'new',
  reason: null,
  warnings: [],
  experiment,
  environment: null,
  seed: experiment.seed,
  epochs: 0,
  testAccuracy: null,
  testLoss: null,
  valAccuracy: null,
  valLoss: null,
  trainAccuracy: null,
  trainLoss: null,
  bestEpoch: null,
  bestValAccuracy: null,
  bestTestAccuracy: null,
  meanRotation: null,
  firstRotation: null,
  lastRotation: null,
  layers: [],
  seconds: null,
  curves: null,
})

function numbersOf(measured: Measurements, { experiment }: LedgerPoint): Partial<StudyRow> {
  const { metrics, rotation } = measured
  const last = metrics.at(-1)
  const tested = metrics.findLast((row) => row.testAccuracy !== null)
  const validated = metrics.findLast((row) => row.valAccuracy !== null)
  const best = bestEpoch(metrics)
  const layers = rotation.layers.map((layer) => ({ layer, rotation: finite(rotation.layer(layer).at(-1)) }))
  return {
    ...(last !== undefined && { epochs: last.epoch }),
    testAccuracy: finite(tested?.testAccuracy),
    testLoss: finite(tested?.testLoss),
    valAccuracy: finite(validated?.valAccuracy),
    valLoss: finite(validated?.valLoss),
    trainAccuracy: finite(last?.trainAccuracy),
    trainLoss: finite(last?.trainLoss),
    bestEpoch: best?.epoch ?? null,
    bestValAccuracy: finite(best?.valAccuracy),
    bestTestAccuracy: finite(best?.testAccuracy),
    meanRotation: finite(rotation.mean().at(-1)),
    firstRotation: layers.at(0)?.rotation ?? null,
    lastRotation: layers.at(-1)?.rotation ?? null,
    layers,
    seconds: last?.seconds ?? null,
    curves: runCurves(measured, experiment.epochs),
  }
}

const finite = (value: number | null | undefined): number | null => (Number.isFinite(value) ? value! : null)
