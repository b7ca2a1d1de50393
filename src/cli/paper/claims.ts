import { join } from 'node:path'
import { styleText } from 'node:util'
import { LayerRotationError } from '../../errors.js'
import { statIfPresent } from '../../files/stat-if-present.js'
import { count, decimals, signed } from '../../numbers.js'
import type { Estimate } from '../../paper/claims/estimate.js'
import { testClaims, type TestedClaim, type TestedPrediction, type Verdict } from '../../paper/claims/test-claims.js'
import { paperExperiments } from '../../paper/experiments/experiments.js'
import { paperStudyName, scales } from '../../paper/paper-study.js'
import { studyLayout } from '../../study/ledger.js'
import { print } from '../output.js'
import { table } from '../terminal/table.js'

/**
 * Tests the claims of the paper on studies, and prints them.
 *
 * @param folders the studies; none stands for those of the paper in `runs`
 * @throws the errors of `testClaims`; INVALID_CONFIG if there is no study
 */
export async function showClaims(folders: readonly string[], runs: string, json: boolean): Promise<void> {
  const claims = await testClaims(folders.length > 0 ? folders : await studiesIn(runs))
  if (json) return print(JSON.stringify(claims, null, 2))
  print(...claims.flatMap((claim, i) => [...(i > 0 ? [''] : []), ...claimLines(claim)]), '', ...notes)
}

async function studiesIn(runs: string): Promise<string[]> {
  const folders: string[] = []
  for (const experiment of paperExperiments) {
    for (const scale of scales) {
      const folder = join(runs, paperStudyName(experiment, scale))
      if ((await statIfPresent(join(folder, studyLayout.ledger))) !== undefined) folders.push(folder)
    }
  }
  if (folders.length > 0) return folders
  const message = `${runs} holds no study of the paper; expected folders such as ${join(runs, 'paper-alpha-rho')}: layer-rotation paper alpha-rho trains that one`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

/**
 * A claim and its tests:
 *
 *     Within a task, the trainings whose layers rotate more generalise better.  supported
 *     effect                                       task      size      found  95 % interval   n           p  verdict
 *     mean rotation with test accuracy, alpha-rho  C10-CNN1  full  r_s +0.81   0.35 to 0.97  82 settings  …
 */
function claimLines({ statement, verdict, remark, experiments, predictions }: TestedClaim): string[] {
  const heading = `${styleText('bold', statement)}  ${verdictText(verdict)}${remark === null ? '' : ` (${remark})`}`
  if (predictions.length === 0) return [heading, `  needs runs of ${experiments.join(' and ')}`]
  return [
    heading,
    ...table(
      [
        { title: 'effect' },
        { title: 'task' },
        { title: 'scale' },
        { title: 'found', align: 'right' },
        { title: '95 % interval', align: 'right' },
        { title: 'n', align: 'right' },
        { title: 'p', align: 'right' },
        { title: 'corrected', align: 'right' },
        { title: 'verdict' },
      ],
      predictions.map((prediction) => [
        prediction.effect,
        prediction.task,
        prediction.scale,
        ...estimateCells(prediction),
        verdictText(prediction.verdict),
      ]),
    ).map((line) => `  ${line}`),
  ]
}

const digits: Record<TestedPrediction['unit'], number> = { points: 2, rotation: 3, 'rank correlation': 2 }

function estimateCells({ estimate, correctedP, unit }: TestedPrediction): string[] {
  if (estimate === null) return ['–', '–', '0', '–', '–']
  return [
    `${signed(estimate.value, digits[unit])}${unit === 'points' ? ' points' : ''}`,
    intervalText(estimate, digits[unit]),
    count(estimate.n, estimate.samples.slice(0, -1)),
    probability(estimate.p),
    probability(correctedP),
  ]
}

const intervalText = ({ interval }: Estimate, places: number): string =>
  interval === null ? '–' : interval.map((end) => signed(end, places)).join(' to ')

const probability = (p: number | null): string => (p !== null && p < 0.0001 ? '< 0.0001' : decimals(p, 4))

const colours = { supported: 'green', contradicted: 'red', undecided: 'yellow', 'not tested': 'yellow' } as const

const verdictText = (verdict: Verdict): string => styleText(colours[verdict], verdict)

const notes = [
  'Each effect is predicted to be above 0: supported or contradicted if p, corrected for all tests here (Holm), is below 0.05.',
  "Differences are by seed: mean, and Student's t for pairs. Rank correlations are Spearman's over settings, each the mean of its",
  'seeds: p by 9,999 permutations of the settings, interval by as many bootstrap samples of settings and seeds.',
]
