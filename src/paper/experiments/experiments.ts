import { adaptive } from './adaptive.js'
import { alphaRho } from './alpha-rho.js'
import type { PaperExperiment } from './experiment.js'
import { goingFurther } from './going-further.js'
import { learningRate } from './learning-rate.js'
import { mnist } from './mnist.js'
import { replay } from './replay.js'
import { warmup } from './warmup.js'
import { weightDecay } from './weight-decay.js'

/** The experiments of the paper, in its order. */
export const paperExperiments: readonly PaperExperiment[] = [
  alphaRho,
  learningRate,
  goingFurther,
  weightDecay,
  adaptive,
  replay,
  warmup,
  mnist,
]
