import fc from 'fast-check'
import { cosine, type CosineConfig } from '../../../src/schedule/curves/cosine.js'
import { finalRate, length, rate, type CurveProof } from '../curve-proof.js'

export default {
  printed: [
    [cosine(1, { epochs: 4 }), [0, 1, 2, 3, 4, 5], [1, 0.8536, 0.5, 0.1464, 0, 0]],
    [cosine(1, { restarts: { period: 1, factor: 2 } }), [0, 0.5, 1, 2, 3, 5], [1, 0.5, 1, 0.5, 1, 0.5]],
  ],
  any: fc.oneof(
    fc.tuple(rate, finalRate, length).map(([initial, final, epochs]) => cosine(initial, { final, epochs })),
    fc
      .tuple(rate, finalRate, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 3 }))
      .map(([initial, final, period, factor]) => cosine(initial, { final, restarts: { period, factor } })),
  ),
  baseline: [
    cosine(0.1, { final: 0.001 }),
    cosine(0.1, { epochs: 5 }),
    cosine(0.1, { restarts: { period: 2 } }),
    cosine(0.1, { restarts: { period: 1, factor: 2 } }),
  ],
} satisfies CurveProof<CosineConfig>
