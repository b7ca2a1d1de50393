import fc from 'fast-check'
import { scheduleFrom, tabulated, type TabulatedConfig } from '../../../src/schedule/curves/tabulated.js'
import { finalRate, type CurveProof } from '../curve-proof.js'

export default {
  printed: [
    [tabulated([1, 0.5, 0.2]), [0, 0.5, 1, 2.9], [1, 1, 0.5, 0.2]],
    [tabulated([0.1, 0.2, 1, 1], { stepsPerEpoch: 2 }), [0, 0.5, 1, 1.5], [0.1, 0.2, 1, 1]],
  ],
  any: fc
    .tuple(fc.array(finalRate, { minLength: 1, maxLength: 20 }), fc.option(fc.integer({ min: 1, max: 7 })))
    .map(([values, stepsPerEpoch]) => tabulated(values, { stepsPerEpoch })),
  baseline: [
    tabulated([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]),
    scheduleFrom((epoch) => 1 / (1 + epoch), { epochs: 9, stepsPerEpoch: 7 }),
  ],
} satisfies CurveProof<TabulatedConfig>
