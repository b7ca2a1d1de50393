import fc from 'fast-check'
import { polynomial, type PolynomialConfig } from '../../../src/schedule/curves/polynomial.js'
import { finalRate, length, rate, type CurveProof } from '../curve-proof.js'

export default {
  printed: [[polynomial(1, { power: 2, epochs: 4 }), [0, 1, 2, 3, 4, 5], [1, 0.5625, 0.25, 0.0625, 0, 0]]],
  any: fc
    .tuple(rate, finalRate, length, fc.double({ min: 0.1, max: 9, noNaN: true }))
    .map(([initial, final, epochs, power]) => polynomial(initial, { final, epochs, power })),
  baseline: [polynomial(0.1, { power: 0.9, final: 0.01 }), polynomial(0.1, { power: 2, epochs: 4.5 })],
} satisfies CurveProof<PolynomialConfig>
