import { expect, test } from 'vitest'
import { mnistRow } from '../../src/paper/mnist-summary.js'
import { mnistTable } from '../../src/paper/mnist-table.js'
import { publishedMnist } from '../../src/paper/published-mnist.js'
import { asExpected } from '../../src/report/published-table.js'
import { syntheticRun } from '../figure/synthetic-run.js'

const [published] = publishedMnist

test('a row of the summary holds ours and the published numbers in the same units', () => {
  const run = syntheticRun({ rate: 3 ** -2 })
  run.metrics = run.metrics.map((row) => ({ ...row, testAccuracy: 0.9671, trainAccuracy: 1 }))
  expect(mnistRow(run, published!)).toEqual({
    learningRate: 3 ** -2,
    testAccuracy: 96.71,
    trainAccuracy: 100,
    rotation: { dense0: run.rotation.layer('dense0').at(-1), dense1: run.rotation.layer('dense1').at(-1) },
    seconds: 50,
    published: { testAccuracy: 96.75, rotation: { dense0: 0.898 } },
  })
})

test('the table expects what an independent PyTorch script found, and not a layer that turned 0.03 further', () => {
  const { quantities, rows } = mnistTable({
    rows: [
      [96.75, 0.898],
      [96.62, 0.603],
      [96.46, 0.303],
      [95.98, 0.109],
    ].map(([testAccuracy = 0, dense0 = 0], i) => {
      const { learningRate, testAccuracy: accuracy, rotation } = publishedMnist[i]!
      const ours = { learningRate, testAccuracy, trainAccuracy: 100, rotation: { dense0, dense1: 0.5 }, seconds: 60 }
      return { ...ours, published: { testAccuracy: accuracy, rotation } }
    }),
  })
  const verdicts = rows.map(({ comparisons }) =>
    comparisons.map((comparison, i) => asExpected(quantities[i]!, comparison)),
  )
  expect(verdicts).toEqual(new Array(4).fill([true, true, true]))
  expect(rows.map(({ label }) => label)).toEqual(['3⁻²', '3⁻²·⁵', '3⁻³', '3⁻⁴'])
  expect(asExpected(quantities[2]!, { ours: 0.928, published: 0.898 })).toBe(false)
})
