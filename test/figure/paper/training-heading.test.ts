import { expect, test } from 'vitest'
import { trainingHeading } from '../../../src/figure/paper/training-heading.js'
import { viewOf } from './paper-view.js'

test('a heading leaves out the numbers of the reference where another number differs', () => {
  const settings = [
    { task: 'C10-CNN1', alpha: 0, rho: 3 ** -3 },
    { task: 'C10-CNN1', alpha: 0.6, rho: 3 ** -3 },
    { task: 'tiny-CNN', alpha: 0, rho: 3 ** -4 },
  ]
  const view = viewOf(
    settings.map((values) => ({ values, runs: [], published: {} })),
    { reference: { alpha: 0, rho: 3 ** -3 } },
  )
  const headings = view.trainings.map((training) => trainingHeading(training, view.axes, view).text)
  expect(headings).toEqual(['C10-CNN1, α 0, ρ 3⁻³', 'C10-CNN1, α 0.6', 'tiny-CNN, ρ 3⁻⁴'])
})

test('a heading names the axes of numbers, and is shorter without these names', () => {
  const trainings = [
    { method: 'SGD+L2', warmup: 0 },
    { method: 'Layca', warmup: 5 },
  ].map((values) => ({ values, runs: [], published: {} }))
  const view = viewOf(trainings)
  expect(trainingHeading(trainings[1]!, view.axes, view)).toEqual({ text: 'Layca, warmup 5', short: 'Layca, 5' })
})
