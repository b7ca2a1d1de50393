import { adamW, type AdamWConfig } from '../../../src/optimizer/rules/adam-w.js'
import { largeEpsilon, type RuleProof } from '../rule-proof.js'
import { adamReference } from './adam.js'

export default {
  usual: [
    adamW(),
    { type: 'adamW', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, epsilonHat: false, amsgrad: false, weightDecay: 0.01 },
  ],
  cases: { adamW: adamW({ epsilon: largeEpsilon, weightDecay: 0.1 }) },
  reference: adamReference,
  refused: [
    [() => adamW({ weightDecay: -0.01 }), 'adamW: weightDecay is -0.01; expected at least 0'],
    [() => adamW({ epsilon: NaN }), 'adamW: epsilon is NaN; expected a finite number'],
  ],
  labels: [[adamW({ weightDecay: 0.1 }), 'AdamW (weight decay 0.1)', 'AdamW, weight decay 0.1']],
  baseline: { adamW: [adamW({ weightDecay: 0.1 }), 'plain', 1e-3] },
} satisfies RuleProof<AdamWConfig>
