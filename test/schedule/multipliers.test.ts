import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alphaMultipliers, layerFactors, layerMultipliers, mlp, multipliersFrom, vgg25 } from '../../src/index.js'
import { failure } from '../support/failure.js'

const names = (count: number) => Array.from({ length: count }, (_, i) => `layer${i}`)

describe("the paper's alpha", () => {
  // Section 3 of the specification prints the ratio of the slowest layer to the fastest.
  const printed: [number, string][] = [
    [0.1, '0.590'],
    [0.2, '0.328'],
    [0.3, '0.168'],
    [0.4, '0.0778'],
    [0.6, '0.01024'],
    [0.8, '0.00032'],
  ]

  test.each(printed)(
    '%d slows the first layer, or by its negative the last, to %s whatever the depth',
    (alpha, ratio) => {
      for (const depth of [2, 11, 15, 25, 34, 112]) {
        const slowFirst = layerFactors(alphaMultipliers(alpha), names(depth))
        const digits = ratio.replace(/^0\.0*/, '').length
        expect(Number(slowFirst[0]!.toPrecision(digits))).toBe(Number(ratio))
        expect(slowFirst.at(-1)).toBe(1)
        expect(layerFactors(alphaMultipliers(-alpha), names(depth))).toEqual(slowFirst.toReversed())
      }
    },
  )

  test('is a geometric series over the layers', () => {
    const alphas = fc.double({ min: -0.99, max: 0.99, noNaN: true })
    fc.assert(
      fc.property(alphas, fc.integer({ min: 2, max: 112 }), (alpha, depth) => {
        const factors = layerFactors(alphaMultipliers(alpha), names(depth))
        const ratio = (1 - Math.abs(alpha)) ** (5 / (depth - 1))
        const fromFastest = alpha > 0 ? factors.toReversed() : factors
        for (const [i, factor] of fromFastest.entries()) expect(factor / ratio ** i).toBeCloseTo(1, 9)
      }),
    )
  })

  test('prints the values of its documentation, and leaves a single layer as it is', () => {
    const shown = (alpha: number, depth: number) =>
      layerFactors(alphaMultipliers(alpha), names(depth)).map((factor) => Number(factor.toPrecision(4)))
    expect(shown(0.6, 3)).toEqual([0.01024, 0.1012, 1])
    expect(shown(-0.6, 3)).toEqual([1, 0.1012, 0.01024])
    expect(shown(0, 3)).toEqual([1, 1, 1])
    expect(shown(0.6, 1)).toEqual([1])
    expect(shown(-0.6, 1)).toEqual([1])
  })

  test.each([1, -1, 1.5, NaN])('%d is refused', async (alpha) => {
    expect(await failure(() => alphaMultipliers(alpha))).toMatch(/^INVALID_CONFIG: alphaMultipliers: alpha is /)
  })
})

describe('a table', () => {
  test('has a multiplier for layers by name and one for all others', () => {
    expect(layerFactors(layerMultipliers({ layer1: 0.1 }), names(3))).toEqual([1, 0.1, 1])
    expect(layerFactors(layerMultipliers({ layer1: 1 }, { others: 0 }), names(3))).toEqual([0, 1, 0])
  })

  test.each([
    [{ a: -1 }, 'layers.a is -1; expected at least 0'],
    [{ a: NaN }, 'layers.a is NaN; expected a finite number'],
    [{ a: Infinity }, 'layers.a is Infinity; expected a finite number'],
  ])('of %j is refused', async (layers, message) => {
    expect(await failure(() => layerMultipliers(layers))).toBe(`INVALID_CONFIG: layerMultipliers: ${message}`)
  })

  test('is made of a function of the layers', () => {
    const halved = multipliersFrom((_, index, layers) => 2 ** (index - layers.length + 1), mlp({ hidden: [8, 8] }))
    expect(halved).toEqual({ type: 'table', layers: { dense0: 0.25, dense1: 0.5, dense2: 1 }, others: 1 })
    const model = vgg25()
    const slowHead = multipliersFrom((layer) => (layer === 'dense' ? 0.1 : 1), model)
    expect(Object.values(slowHead.layers)).toEqual([...Array<number>(24).fill(1), 0.1])
  })

  test('is not made of a function that returns no multiplier', async () => {
    expect(await failure(() => multipliersFrom((_, index) => index - 1, mlp({ hidden: [8] })))).toBe(
      'INVALID_CONFIG: multipliersFrom: the function returns -1 for dense0; expected a finite number of at least 0',
    )
    const wrong = () => Promise.reject(new Error('of an async function'))
    expect(await failure(() => multipliersFrom(wrong as never, mlp({ hidden: [8] })))).toContain(
      'returns a promise for',
    )
  })
})
