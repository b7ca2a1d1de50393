import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { PaperTraining, PaperView } from '../../../src/figure/paper/paper-view.js'
import type { TrainedRun } from '../../../src/run/open-run.js'
import { sweptAxes } from '../../../src/study/study-axes.js'
import { train } from '../../../src/train/train.js'
import { smallExperiment } from '../../train/small-experiment.js'

/** A view of some trainings along the axes by which they differ. */
export function viewOf(trainings: readonly PaperTraining[], view: Partial<PaperView> = {}): PaperView {
  const names = Object.keys(trainings[0]?.values ?? {})
  return { axes: sweptAxes({ axes: names, rows: trainings }), trainings, reference: {}, isScaled: false, ...view }
}

/** Trains two dense layers with two seeds, for three epochs of ten steps, every one of which is recorded, before the tests. */
export function trainedRuns(): TrainedRun[] {
  const runs: TrainedRun[] = []
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-'))
  beforeAll(async () => {
    for (const seed of [1, 2])
      runs.push(await train({ ...smallExperiment, seed }, { folder: join(folder, String(seed)) }))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return runs
}

/** The data of each layer of a figure's panel, in the order in which they are drawn. */
export const dataOf = (spec: object, panel = 0): object[][] =>
  dataIn((spec as { concat: object[] }).concat[panel]!).filter((values) => !('text' in (values[0] ?? {})))

function dataIn(part: { data?: { values: object[] }; layer?: object[] }): object[][] {
  return [...(part.data ? [part.data.values] : []), ...(part.layer ?? []).flatMap((layer) => dataIn(layer))]
}
