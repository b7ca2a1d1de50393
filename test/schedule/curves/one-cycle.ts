import fc from 'fast-check'
import { oneCycle, type OneCycleConfig } from '../../../src/schedule/curves/one-cycle.js'
import { length, rate, type CurveProof } from '../curve-proof.js'

const share = fc.double({ min: 0, max: 0.99, noNaN: true })

export default {
  printed: [[oneCycle(1, { epochs: 10 }), [0, 1.5, 3, 6.5, 10], [0.04, 0.52, 1, 0.5, 0.000004]]],
  any: fc
    .tuple(rate, length, share, fc.constantFrom('cosine' as const, 'linear' as const))
    .map(([maximum, epochs, warmupShare, anneal]) => oneCycle(maximum, { epochs, warmupShare, anneal })),
  baseline: [
    oneCycle(0.1),
    oneCycle(0.1, { anneal: 'linear', warmupShare: 0.4, initialDivisor: 5, finalDivisor: 10, epochs: 8 }),
  ],
} satisfies CurveProof<OneCycleConfig>
