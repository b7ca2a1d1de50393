import { LayerTable } from '../../../src/rotation/layer-table.js'
import type { TrainedRun } from '../../../src/run/open-run.js'
import { syntheticRun, type SyntheticRun } from '../synthetic-run.js'

const stepsPerEpoch = 5

/** Values of the columns, of which every one but the loss tells step and layer. */
export const columns: Record<string, (step: number, layer: number) => number> = {
  rotation: (step, layer) => step / 1000 + layer / 100,
  norm: (step, layer) => 10 + layer + step / 100,
  gradient_norm: (step, layer) => 10 ** (-step / 10) * (layer + 1),
  loss: (step) => 2 / step,
}

/** A synthetic run with layers.csv, and with records of every step if `steps` is true. */
export function recordedRun({ steps = false, ...options }: SyntheticRun & { steps?: boolean } = {}): TrainedRun {
  const run = syntheticRun({ epochs: 4, ...options })
  const { layers, epochs } = run.rotation
  const last = epochs.at(-1)! * stepsPerEpoch
  const all = Array.from({ length: last }, (_, i) => i + 1)
  const ofEpochs = all.filter((step) => step % stepsPerEpoch <= 1)
  const table = (at: readonly number[], hasEpochs: boolean) =>
    new LayerTable(
      layers,
      Int32Array.from(at),
      new Map([
        ...(hasEpochs ? [['epoch', columnOf(at, layers, (step) => step / stepsPerEpoch)] as const] : []),
        ...Object.entries(columns).map(([name, value]) => [name, columnOf(at, layers, value)] as const),
      ]),
    )
  return {
    ...run,
    config: { ...run.config, record: { ...run.config.record, steps: steps ? 1 : 0 } },
    layers: () => Promise.resolve(table(ofEpochs, true)),
    steps: (names) => Promise.resolve(steps ? table(all, false).pick(names ?? Object.keys(columns)) : table([], false)),
  }
}

const columnOf = (
  steps: readonly number[],
  layers: readonly string[],
  value: (step: number, layer: number) => number,
) => Float64Array.from(steps.flatMap((step) => layers.map((_, layer) => value(step, layer))))
