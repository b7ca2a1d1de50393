import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExperimentConfig } from '../../src/experiment/config.js'
import { json } from '../../src/files/json.js'
import { openTrainedRun } from '../../src/run/open-run.js'
import { constant } from '../../src/schedule/curves/constant.js'
import { configDigest } from '../../src/study/digest.js'
import { readLedger, runFolder, writeLedger, type LedgerPoint } from '../../src/study/ledger.js'

/**
 * Makes copies of a finished run stand for those of points whose networks take too long to train: the ledger then expects the
 * run's experiment there, with the point's seed, and with the same learning rate only where the points' experiments are the same.
 *
 * @param study the study's folder
 * @param trained the folder of the run
 */
export async function lendRun(study: string, points: readonly LedgerPoint[], trained: string): Promise<void> {
  const { config } = await openTrainedRun(trained)
  const ledger = await readLedger(study)
  const rateOf = (experiment: ExperimentConfig) => Number.parseInt(configDigest(experiment).slice(0, 8), 16) / 2 ** 32
  const lent = new Map(
    points.map(({ folder, experiment }) => [
      folder,
      { ...config, seed: experiment.seed, learningRate: constant(0.1 + rateOf({ ...experiment, seed: 0 })) },
    ]),
  )
  await writeLedger(study, {
    ...ledger,
    points: ledger.points.map((point) => ({ ...point, experiment: lent.get(point.folder) ?? point.experiment })),
  })
  for (const point of points) {
    cpSync(trained, runFolder(study, point), { recursive: true })
    writeFileSync(join(runFolder(study, point), 'config.json'), json(lent.get(point.folder)))
  }
}
