import { constant, type ConstantConfig } from '../../../src/schedule/curves/constant.js'
import { rate, type CurveProof } from '../curve-proof.js'

export default {
  printed: [[constant(0.1), [0, 1, 99.5], [0.1, 0.1, 0.1]]],
  any: rate.map((initial) => constant(initial)),
  baseline: [constant(0.1)],
} satisfies CurveProof<ConstantConfig>
