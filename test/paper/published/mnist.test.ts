import { describe, expect, test } from 'vitest'
import { publishedMnist } from '../../../src/paper/published/mnist.js'

describe('the published numbers of MNIST', () => {
  test('are those of the notebook, and the ends of the figure’s curves', () => {
    expect(publishedMnist.rows.map(({ testAccuracy }) => testAccuracy)).toEqual([96.75, 96.6, 96.54, 95.81])
    expect(publishedMnist.rows.map(({ trainAccuracy }) => trainAccuracy)).toEqual([100, 100, 100, 100])
    expect(publishedMnist.rows.map(({ rotation }) => rotation.dense0)).toEqual([0.898, 0.603, 0.303, 0.109])
    for (const { curve, rotation } of publishedMnist.rows) {
      expect(curve.map(({ epoch }) => epoch)).toEqual([10.2, 20.2, 50.2, 80.2, 98.2])
      expect(Math.abs(rotation.dense0 - (curve.at(-1)?.rotation ?? 0))).toBeLessThan(0.0025)
    }
  })

  test('lie on a random walk at 3^-2.5 while the layer has turned little: 1 - cos(arctan ρ)^t after t updates', () => {
    const { curve, learningRate } = publishedMnist.rows[1] ?? { curve: [], learningRate: 0 }
    const walk = (epoch: number) => 1 - Math.cos(Math.atan(learningRate)) ** (5 * epoch)
    for (const { epoch, rotation } of curve.slice(0, 3)) expect(Math.abs(rotation - walk(epoch))).toBeLessThan(0.015)
  })
})
