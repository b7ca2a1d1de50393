import type { Run } from '../run/open-run.js'
import type { PublishedMnist } from './published-mnist.js'

/** One learning rate in summary.json: ours beside what is published. */
export interface MnistRow {
  learningRate: number
  /** %, of the 10,000 test images after the last epoch. */
  testAccuracy: number
  /** %, over the last epoch in training mode, while the weights move. */
  trainAccuracy: number
  /** Cosine distance of each layer to its initial weights after the last epoch. */
  rotation: Record<string, number>
  /** The training took, tests between the epochs included. */
  seconds: number
  published: {
    /** %, as above. */
    testAccuracy: number
    rotation: { dense0: number }
  }
}

/** summary.json: a row for each learning rate that has been trained to its end, largest first. */
export interface MnistSummary {
  rows: MnistRow[]
}

/** The row of a finished run. */
export function mnistRow(run: Run, { testAccuracy, rotation }: PublishedMnist): MnistRow {
  const last = run.metrics.at(-1)
  return {
    learningRate: run.config.learningRate.initial,
    testAccuracy: percent(last?.testAccuracy),
    trainAccuracy: percent(last?.trainAccuracy),
    rotation: Object.fromEntries(
      run.rotation.layers.map((layer) => [layer, run.rotation.layer(layer).at(-1) ?? Number.NaN]),
    ),
    seconds: last?.seconds ?? Number.NaN,
    published: { testAccuracy, rotation },
  }
}

/** A count of correct images out of 10,000 has two decimals as percent; what the product adds to them is rounding. */
const percent = (fraction: number | null | undefined): number => Number(((fraction ?? Number.NaN) * 100).toFixed(4))
