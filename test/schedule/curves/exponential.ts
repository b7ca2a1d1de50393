import fc from 'fast-check'
import { exponential, type ExponentialConfig } from '../../../src/schedule/curves/exponential.js'
import { factor, rate, type CurveProof } from '../curve-proof.js'

export default {
  printed: [[exponential(1, { factor: 0.5 }), [0, 0.5, 1, 2, 3], [1, 0.7071, 0.5, 0.25, 0.125]]],
  any: fc.tuple(rate, factor).map(([initial, factor]) => exponential(initial, { factor })),
  baseline: [exponential(0.1, { factor: 0.8 })],
} satisfies CurveProof<ExponentialConfig>
