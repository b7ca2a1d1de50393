import type { ExperimentInput } from '../../../src/experiment/config.js'
import { keepLedger } from '../../../src/study/keep-ledger.js'
import type { LedgerPoint } from '../../../src/study/ledger.js'
import { study } from '../../../src/study/study.js'

/** A study in its folder. */
export interface SmallStudy {
  name: string
  folder: string
  points: LedgerPoint[]
}

/** A study of trainings that take about a second on one thread. */
export async function smallStudy(
  folder: string,
  seeds: readonly number[],
  changes: Partial<ExperimentInput> = {},
): Promise<SmallStudy> {
  const small = study({
    name: 'small',
    base: {
      name: 'small',
      data: { type: 'synthetic', shape: [1, 6, 6], classes: 10, train: 100, test: 20 },
      model: { type: 'mlp', hidden: [8] },
      optimizer: { type: 'layca', rule: { type: 'sgd' } },
      learningRate: { type: 'constant', initial: 0.1 },
      epochs: 2,
      batchSize: 30,
      device: 'cpu',
      threads: 1,
      ...changes,
    },
    axes: { seed: seeds },
  })
  return { name: small.name, folder, points: await keepLedger(small, folder) }
}
