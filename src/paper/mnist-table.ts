import { rateLabel } from '../figure/rate-label.js'
import type { PublishedTable } from '../report/published-table.js'
import type { MnistSummary } from './mnist-summary.js'
import { publishedAt } from './published-mnist.js'

/**
 * Ours against the published numbers. How far one may be off: on other seeds the test accuracy moves by a few tenths of
 * a point, the rotation by less than the 0.01 with which it could be read off the figure.
 */
export function mnistTable({ rows }: MnistSummary): PublishedTable {
  return {
    rowTitle: 'learning rate',
    quantities: [
      { title: 'test accuracy (%)', digits: 2, expected: { within: 0.6 } },
      { title: 'train accuracy (%)', digits: 2, expected: { atLeast: 99.9 } },
      { title: 'rotation of dense0', digits: 3, expected: { within: 0.02 } },
    ],
    rows: rows.map(({ learningRate, testAccuracy, trainAccuracy, rotation, published }) => ({
      label: rateLabel(learningRate),
      comparisons: [
        { ours: testAccuracy, published: published.testAccuracy },
        { ours: trainAccuracy, published: publishedAt(learningRate).trainAccuracy },
        { ours: rotation['dense0'] ?? null, published: published.rotation.dense0 },
      ],
    })),
    note:
      'Published: one run a learning rate by Carbonnelle and De Vleeschouwer (arXiv 1806.01603v2). Accuracies are printed ' +
      'in their notebook; rotations are read off their figure (±0.01) and carried on to the end of the last epoch.',
  }
}
