import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitoredIn } from '../../src/model/describe-model.js'
import { rotationHeader, rotationLine } from '../../src/rotation/rotation-table.js'
import { metricsHeader, metricsLine } from '../../src/run/metrics-csv.js'
import { keepLedger } from '../../src/study/keep-ledger.js'
import type { LedgerPoint } from '../../src/study/ledger.js'
import { study, type StudyInput } from '../../src/study/study.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** How the run of a point went. */
export interface Outcome {
  /** By default 0.9. */
  testAccuracy?: number
  /** The validation accuracy after each epoch, for a study with a validation split; by default 0.9. */
  valAccuracy?: (epoch: number) => number
  /** The rotation of the first layer at the end; each layer turns a little less than the one before. By default 0.5. */
  rotation?: number
  /** Epochs done; by default all. */
  epochs?: number
  status?: { status: 'finished' | 'failed' | 'interrupted'; reason?: string; warnings?: string[] }
}

/**
 * Writes a study with runs that were not trained: the numbers of a run approach its outcome in equal steps.
 *
 * @param outcomeOf undefined for a point whose run has not begun
 * @returns its folder
 */
export async function recordedStudy(
  input: StudyInput,
  outcomeOf: (point: LedgerPoint, index: number) => Outcome | undefined,
  folder = temporaryFolder(),
): Promise<string> {
  const points = await keepLedger(study(input), folder)
  for (const [i, point] of points.entries()) {
    const outcome = outcomeOf(point, i)
    if (outcome !== undefined) writeRun(join(folder, point.folder), point, outcome)
  }
  return folder
}

function writeRun(folder: string, { experiment }: LedgerPoint, outcome: Outcome): void {
  const { testAccuracy = 0.9, valAccuracy = () => 0.9, rotation = 0.5, epochs = experiment.epochs } = outcome
  const { status = { status: 'finished' } } = outcome
  const layers = monitoredIn(experiment.model.layers)
  const part = (epoch: number) => epoch / epochs
  const metrics = Array.from({ length: epochs }, (_, i) =>
    metricsLine({
      epoch: i + 1,
      learningRate: 0.1,
      trainLoss: 2 - part(i + 1),
      trainAccuracy: 0.99 * part(i + 1),
      valLoss: experiment.validation && 2 - part(i + 1),
      valAccuracy: experiment.validation && valAccuracy(i + 1),
      testLoss: 2.5 - part(i + 1),
      testAccuracy: testAccuracy * part(i + 1),
      seconds: 0.5 * (i + 1),
      valTop5Accuracy: null,
      testTop5Accuracy: null,
      examplesPerSecond: 2000,
      peakMemory: 2 ** 30,
      custom: {},
    }),
  )
  const rotations = Array.from({ length: epochs + 1 }, (_, epoch) =>
    rotationLine(
      epoch,
      layers.map((_, layer) => (part(epoch) * rotation) / (1 + layer / layers.length)),
    ),
  )
  mkdirSync(folder)
  const files = {
    'config.json': JSON.stringify(experiment),
    'environment.json': JSON.stringify({ ...environment, seed: experiment.seed }),
    'status.json': JSON.stringify({ startedAt, epoch: epochs, host: 'host', pid: 1, ...status }),
    'metrics.csv': metricsHeader + metrics.join(''),
    'rotation.csv': rotationHeader(layers) + rotations.join(''),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
}

const startedAt = '2026-11-23T05:22:33.000Z'

const environment = {
  layerRotation: '0.1.0',
  node: 'v20.20.2',
  libtorch: '2.13.0',
  device: 'cpu',
  precision: 'fp32',
  memoryFormat: 'channelsLast',
  threads: 2,
  platform: 'linux-x64',
  cpu: 'Some processor',
  commit: null,
  stepsPerEpoch: 5,
  data: '0'.repeat(64),
  startedAt,
}
