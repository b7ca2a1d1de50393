import { runsOf, type PaperRun, type TaskRuns } from './paper-runs.js'

/** The runs of the paper's reference, by seed: SGD under Layca at ρ(0) = 3⁻³ with α = 0. */
export const laycaReference = (runs: TaskRuns): Map<number, PaperRun> =>
  runsOf(runs, 'alpha-rho', { alpha: 0, rho: 3 ** -3 })
