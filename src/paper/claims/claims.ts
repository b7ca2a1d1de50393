import { adaptiveGap } from './adaptive.js'
import type { Claim } from './claim.js'
import { features } from './features.js'
import { indicator } from './indicator.js'
import { l2ThroughRotation } from './l2.js'
import { oneRate } from './one-rate.js'
import { warmupAtHighRates } from './warmup.js'

/** The claims of the paper's abstract (arXiv 1806.01603v2), in its order. */
export const paperClaims: readonly Claim[] = [
  indicator,
  oneRate,
  l2ThroughRotation,
  adaptiveGap,
  warmupAtHighRates,
  features,
]
