import type { Scale } from '../scale.js'
import type { TaskName } from '../task-names.js'
import type { Claim, Prediction } from './claim.js'
import { paperClaims } from './claims.js'
import { significance } from './estimate.js'
import { holm } from './holm.js'
import { readPaperRuns } from './paper-runs.js'

/** `supported` and `contradicted` are significant effects; `undecided` are others. */
export type Verdict = 'supported' | 'contradicted' | 'undecided' | 'not tested'

/** A prediction that was compared with runs. */
export interface TestedPrediction extends Prediction {
  task: TaskName
  scale: Scale
  /** The p-value after Holm's correction for the tests of all claims; null if there was no test. */
  correctedP: number | null
  verdict: Verdict
}

export interface TestedClaim {
  name: string
  statement: string
  experiments: readonly string[]
  /**
   * `contradicted` if one of the predictions is, `supported` if all are, `not tested` if no runs are at hand, else `undecided`.
   */
  verdict: Verdict
  /** Why a claim whose predictions are all supported is not; null for others. */
  remark: string | null
  predictions: TestedPrediction[]
}

/**
 * Tests the claims of the paper on the finished runs of its studies. A claim is a list of effects that have to be above 0: in each
 * task, at each scale. Seeds, or settings, are the samples; p-values are corrected by Holm's method for all tests together.
 *
 * @param folders studies that `layer-rotation paper` trained
 * @throws {LayerRotationError} INVALID_CONFIG, MISSING_FILE, INVALID_FILE, READ_FAILED
 */
export async function testClaims(folders: readonly string[]): Promise<TestedClaim[]> {
  const tasks = await readPaperRuns(folders)
  const found: { claim: Claim; predictions: Omit<TestedPrediction, 'correctedP' | 'verdict'>[] }[] = []
  for (const claim of paperClaims) {
    const predictions = []
    for (const runs of tasks) {
      const { task, scale } = runs
      for (const prediction of await claim.predict(runs)) predictions.push({ task, scale, ...prediction })
    }
    found.push({ claim, predictions })
  }
  const corrected = holm(found.flatMap(({ predictions }) => predictions.map(({ estimate }) => estimate?.p ?? null)))
  return found.map(({ claim, predictions }) => {
    const tested = predictions.map((prediction): TestedPrediction => {
      const correctedP = corrected.shift() ?? null
      return { ...prediction, correctedP, verdict: verdictOn(prediction, correctedP) }
    })
    return { ...claimWords(claim), ...conclusion(claim, tested), predictions: tested }
  })
}

const claimWords = ({ name, statement, experiments }: Claim) => ({ name, statement, experiments })

function verdictOn({ estimate }: Prediction, correctedP: number | null): Verdict {
  if (estimate === null) return 'not tested'
  if (correctedP === null || correctedP >= significance) return 'undecided'
  return estimate.value > 0 ? 'supported' : 'contradicted'
}

function conclusion(
  { leastTasks = 1 }: Claim,
  predictions: readonly TestedPrediction[],
): Pick<TestedClaim, 'verdict' | 'remark'> {
  const verdicts = predictions.map(({ verdict }) => verdict)
  if (verdicts.every((verdict) => verdict === 'not tested')) return { verdict: 'not tested', remark: null }
  if (verdicts.includes('contradicted')) return { verdict: 'contradicted', remark: null }
  if (!verdicts.every((verdict) => verdict === 'supported')) return { verdict: 'undecided', remark: null }
  const tasks = new Set(predictions.map(({ task }) => task)).size
  if (tasks >= leastTasks) return { verdict: 'supported', remark: null }
  return { verdict: 'undecided', remark: `tested in ${tasks} task; expected at least ${leastTasks}` }
}
