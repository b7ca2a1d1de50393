import { expect, test } from 'vitest'
import { publishedMnist } from '../../src/paper/published/mnist.js'
import { mnist } from '../../src/paper/mnist.js'
import { paperRow, paperTable } from '../../src/paper/summary.js'
import { asExpected } from '../../src/report/expected-table.js'
import { syntheticRun } from '../figure/synthetic-run.js'

const trainings = mnist.trainings({})

test('a row of the summary holds ours and the published numbers in the same units', () => {
  const run = syntheticRun({ rate: 3 ** -2 })
  run.metrics = run.metrics.map((row) => ({ ...row, testAccuracy: 0.9671, trainAccuracy: 1 }))
  const [dense0, dense1] = ['dense0', 'dense1'].map((layer) => run.rotation.layer(layer).at(-1)!)
  expect(paperRow(run, trainings[0]!)).toEqual({
    label: '3⁻²',
    learningRate: 3 ** -2,
    testAccuracy: 96.71,
    trainAccuracy: 100,
    meanRotation: (dense0! + dense1!) / 2,
    rotation: { dense0, dense1 },
    seconds: 50,
    expected: { testAccuracy: 96.75, trainAccuracy: 100, rotation: { dense0: 0.898 } },
  })
})

test('the table expects what an independent PyTorch script found, and not a layer that turned 0.03 further', () => {
  const { quantities, rows } = paperTable(mnist, {
    rows: [
      [96.75, 0.898],
      [96.62, 0.603],
      [96.46, 0.303],
      [95.98, 0.109],
    ].map(([testAccuracy = 0, dense0 = 0], i) => {
      const { label, expected } = trainings[i]!
      const { learningRate } = publishedMnist.rows[i]!
      const rotation = { dense0, dense1: 0.5 }
      return {
        label,
        learningRate,
        testAccuracy,
        trainAccuracy: 100,
        meanRotation: 0.5,
        rotation,
        seconds: 60,
        expected,
      }
    }),
  })
  const verdicts = rows.map(({ comparisons }) =>
    comparisons.map((comparison, i) => asExpected(quantities[i]!, comparison)),
  )
  expect(verdicts).toEqual(new Array(4).fill([true, true, true]))
  expect(rows.map(({ label }) => label)).toEqual(['3⁻²', '3⁻²·⁵', '3⁻³', '3⁻⁴'])
  expect(asExpected(quantities[2]!, { ours: 0.928, expected: 0.898 })).toBe(false)
})
