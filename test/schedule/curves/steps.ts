import fc from 'fast-check'
import { steps, type StepsConfig } from '../../../src/schedule/curves/steps.js'
import { factor, rate, type CurveProof } from '../curve-proof.js'

export default {
  printed: [[steps(1, { at: [2, 4], factor: 0.1 }), [0, 1, 2, 3, 4, 5], [1, 1, 0.1, 0.1, 0.01, 0.01]]],
  any: fc
    .tuple(rate, fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 5 }), factor)
    .map(([initial, at, factor]) => steps(initial, { at: at.sort((a, b) => a - b), factor })),
  baseline: [steps(0.1, { at: [2, 5], factor: 0.3 })],
} satisfies CurveProof<StepsConfig>
