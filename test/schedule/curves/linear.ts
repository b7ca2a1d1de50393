import fc from 'fast-check'
import { linear, type LinearConfig } from '../../../src/schedule/curves/linear.js'
import { finalRate, length, rate, type CurveProof } from '../curve-proof.js'

export default {
  printed: [
    [linear(1, { epochs: 4 }), [0, 1, 2, 3, 4, 5], [1, 0.75, 0.5, 0.25, 0, 0]],
    [linear(1, { final: 0.2, epochs: 2 }), [0, 1, 2, 3], [1, 0.6, 0.2, 0.2]],
  ],
  any: fc
    .tuple(rate, finalRate, length)
    .map(([initial, final, epochs]): LinearConfig => linear(initial, { final, epochs })),
  baseline: [linear(0.1, { final: 0.3 })],
} satisfies CurveProof<LinearConfig>
