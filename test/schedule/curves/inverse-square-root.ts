import fc from 'fast-check'
import { inverseSquareRoot, type InverseSquareRootConfig } from '../../../src/schedule/curves/inverse-square-root.js'
import { length, rate, type CurveProof } from '../curve-proof.js'

export default {
  printed: [[inverseSquareRoot(1, { after: 4 }), [0, 4, 9, 16, 64], [1, 1, 0.6667, 0.5, 0.25]]],
  any: fc.tuple(rate, length).map(([initial, after]) => inverseSquareRoot(initial, { after })),
  baseline: [inverseSquareRoot(0.1, { after: 2.5 })],
} satisfies CurveProof<InverseSquareRootConfig>
