import { configDigest } from '../../study/digest.js'
import type { Claim } from './claim.js'
import type { PaperRun } from './paper-runs.js'
import { rankCorrelationTest } from './rank-correlation-test.js'

const experiments = ['alpha-rho', 'learning-rate', 'weight-decay', 'adaptive'] as const

/** The experiments with enough settings for a test of their own. */
const gridExperiments = ['alpha-rho', 'learning-rate'] as const

/** The least settings of which an order can be told from chance: of four, one in twelve is as regular by chance. */
const leastSettings = 5

/**
 * The paper's main claim. It holds for all trainings of a task, whatever their optimizer; those whose training failed are not left
 * out. A training that is part of two experiments counts once.
 */
export const indicator: Claim = {
  name: 'indicator',
  statement: 'Within a task, the trainings whose layers rotate more generalise better.',
  experiments,
  predict: ({ runs }) => {
    const known = runs.filter((run) => experiments.some((name) => name === run.experiment) && isMeasured(run))
    const sets = gridExperiments.map((name) => ({ name, runs: known.filter(({ experiment }) => experiment === name) }))
    const given = sets.filter((set) => set.runs.length > 0)
    const isOneGrid = given.length === 1 && given[0]!.runs.length === known.length
    const all = known.length === 0 || isOneGrid ? [] : [{ name: 'all experiments', runs: known }]
    return [...given, ...all].flatMap(({ name, runs: own }) => {
      const settings = settingsOf(own).map((same) => ({
        x: same.map(({ meanRotation }) => meanRotation),
        y: same.map(({ testAccuracy }) => testAccuracy),
      }))
      if (settings.length < leastSettings) return []
      const effect = `mean rotation with test accuracy, ${name}`
      return [{ effect, unit: 'rank correlation' as const, estimate: rankCorrelationTest(settings) }]
    })
  },
}

const isMeasured = ({ meanRotation, testAccuracy }: PaperRun): boolean =>
  !Number.isNaN(meanRotation) && !Number.isNaN(testAccuracy)

/** The runs that differ by their seed alone, each seed once. */
function settingsOf(runs: readonly PaperRun[]): PaperRun[][] {
  const settings = new Map<string, Map<number, PaperRun>>()
  for (const run of runs) {
    const key = configDigest({ ...run.row.experiment, seed: 0 })
    const seeds = settings.get(key) ?? new Map<number, PaperRun>()
    settings.set(key, seeds)
    seeds.set(run.seed, run)
  }
  return [...settings.values()].map((seeds) => [...seeds.values()])
}
