import { join } from 'node:path'
import { styleText } from 'node:util'
import { LayerRotationError } from '../../errors.js'
import { statIfPresent } from '../../files/stat-if-present.js'
import { count, decimals, signed } from '../../numbers.js'
import type { Estimate } from '../../paper/claims/estimate.js'
import { testClaims, type TestedClaim, type TestedPrediction, type Verdict } from '../../paper/claims/test-claims.js'
import { paperExperiments } from '../../paper/experiments/experiments.js'
import { paperStudyName } from '../../paper/paper-study.js'
import { scales } from '../../paper/scale.js'
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
 *     L2 regularisation acts through rotation.  undecided
 *        found     95 % interval        n       p  verdict
 *       +0.625  +0.611 to +0.639  3 seeds  0.0002  supported
 *         mean rotation of SGD with L2 less that without (C10-CNN1, laptop)
 */
function claimLines({ statement, verdict, remark, experiments, predictions }: TestedClaim): string[] {
  const heading = `${styleText('bold', statement)}  ${verdictText(verdict)}${remark === null ? '' : ` (${remark})`}`
  if (predictions.length === 0) return [heading, `  needs runs of ${experiments.join(' and ')}`]
  const [headings, ...rows] = table(
    [
      ...['found', '95 % interval', 'n', 'p'].map((title) => ({ title, align: 'right' }) as const),
      { title: 'verdict' },
    ],
    predictions.map((prediction) => [...estimateCells(prediction), verdictText(prediction.verdict)]),
  )
  const effects = predictions.map(({ effect, task, scale }) => `${effect} (${task}, ${scale})`)
  return [heading, `  ${headings!}`, ...rows.flatMap((row, i) => [`  ${row}`, `    ${styleText('dim', effects[i]!)}`])]
}

const digits: Record<TestedPrediction['unit'], number> = { points: 2, rotation: 3, 'rank correlation': 2 }

function estimateCells({ estimate, correctedP, unit }: TestedPrediction): string[] {
  if (estimate === null) return ['–', '–', '0', '–']
  return [
    `${signed(estimate.value, digits[unit])}${unit === 'points' ? ' points' : ''}`,
    intervalText(estimate, digits[unit]),
    count(estimate.n, estimate.samples.slice(0, -1)),
    probability(correctedP),
  ]
}

const intervalText = ({ interval }: Estimate, places: number): string =>
  interval === null ? '–' : interval.map((end) => signed(end, places)).join(' to ')

const probability = (p: number | null): string => (p !== null && p < 0.0001 ? '< 0.0001' : decimals(p, 4))

const colours = { supported: 'green', contradicted: 'red', undecided: 'yellow', 'not tested': 'yellow' } as const

const verdictText = (verdict: Verdict): string => styleText(colours[verdict], verdict)

const notes = [
  'Each effect is predicted to be above 0; supported or contradicted if p, which is corrected for all tests',
  "here by Holm's method, is below 0.05. Differences are by seed: mean, and Student's t for pairs. Rank",
  "correlations are Spearman's over settings, each the mean of its seeds: p by permutations of the settings,",
  'interval by bootstrap samples of settings and seeds.',
]
