import { styleText } from 'node:util'
import { cosineDistance, count, decimals, percentOf, significant } from '../../numbers.js'
import { printable } from '../../printable.js'
import { axisTitle, valueText } from '../../study/value-text.js'
import type { AxisValue } from '../../study/study-config.js'
import { scoredLayers, type Candidate } from '../../tune/candidate.js'
import type { Tuning } from '../../tune/tuning.js'
import { rotationOf, turningOf } from '../../tune/turning.js'
import { shortPath } from '../terminal/path.js'
import { shellWord } from '../../shell-word.js'
import { table } from '../terminal/table.js'

/** The digits of a proposed number: more would claim more than short runs tell. */
const digits = 3

/** A value as an assignment takes it. */
const assigned = (value: AxisValue): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(digits))) : JSON.stringify(value)

/** The override that a tuning proposes: `learningRate.initial=0.0642`; undefined if it proposes nothing. */
export function proposedSetting({ setting, proposal }: Pick<Tuning, 'setting' | 'proposal'>): string | undefined {
  if (proposal === null) return undefined
  const word = `${setting}=${assigned(proposal.value)}`
  return /^[\w.=+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** A tuning in lines: its candidates, why some failed, the proposal and how sure it is, and what verified it. */
export function describeTuning(tuning: Tuning, experiment: string, settings: readonly string[]): string[] {
  const { candidates, epochs, proposal, setting, target, verified } = tuning
  const failures = candidates.filter(({ failure }) => failure !== null)
  const lines = [
    `rotation  after ${count(epochs.short, 'epoch')}, and predicted after ${epochs.whole}; a turning of 1 is the target, a rotation of ${target}`,
    '',
    ...candidateTable(tuning),
    ...failures.map(
      ({ value, failure }) =>
        `${styleText('red', '✗')} ${printable(valueText(setting, value))}  ${printable(failure!)}`,
    ),
    '',
  ]
  const word = proposedSetting(tuning)
  if (proposal === null || word === undefined)
    return [...lines, `${styleText('red', 'proposal')}  none: no candidate trains`]
  const { agreement, confidence, doubts, range } = proposal
  const spread = range === null ? '' : `, ${significant(range[0])} to ${significant(range[1])} in 80 % of the samples`
  const words = [experiment, ...settings].map((one) => shellWord(one)).join(' ')
  return [
    ...lines,
    `${styleText('green', 'proposal')}  ${printable(word)}`,
    `sure      ${confidence}: the same candidate is best in ${decimals(100 * agreement, 0)} % of the samples of layers and seeds${spread}`,
    ...doubts.map((doubt) => `          ${doubt}`),
    `train     layer-rotation run ${printable(words)} ${printable(word)}`,
    ...(verified === null ? [] : ['', ...verifiedTable(tuning)]),
    `files     ${shortPath(tuning.folder)}/tune.json, tune.csv`,
  ]
}

function candidateTable({ candidates, proposal, setting, target }: Tuning): string[] {
  const columns = ['rotation', 'predicted', 'turning', 'spread', 'train loss']
  return table(
    [
      { title: printable(axisTitle(setting)) },
      ...columns.map((title) => ({ title, align: 'right' as const })),
      { title: '' },
    ],
    candidates.map((candidate) => [
      printable(valueText(setting, candidate.value)),
      ...numbersOf(candidate, target),
      candidate.value === proposal?.best ? styleText('green', 'best') : '',
    ]),
  )
}

function numbersOf(candidate: Candidate, target: number): string[] {
  const { score, trainLoss } = candidate
  if (score === null) return ['–', '–', '–', '–', decimals(trainLoss, 4)]
  const middle = scoredLayers(candidate)
  const rotation = middle.reduce((sum, one) => sum + one.rotation, 0) / middle.length
  const ratio = Math.exp(score.offset)
  return [
    cosineDistance(rotation),
    cosineDistance(rotationOf(turningOf(target) * ratio)),
    significant(Number(ratio.toPrecision(2))),
    `× ${decimals(Math.exp(score.spread), 1)}`,
    decimals(trainLoss, 4),
  ]
}

function verifiedTable({ setting, verified }: Tuning): string[] {
  const titles = ['seed', 'rotation', 'train loss', 'validation (%)', 'test (%)']
  return table(
    [
      { title: `whole runs, ${printable(axisTitle(setting))}` },
      ...titles.map((title) => ({ title, align: 'right' as const })),
    ],
    (verified ?? []).map(({ value, seed, rotation, trainLoss, valAccuracy, testAccuracy, failure }) => [
      printable(valueText(setting, value)),
      String(seed),
      cosineDistance(rotation),
      decimals(trainLoss, 4),
      percentOf(valAccuracy),
      failure === null ? percentOf(testAccuracy) : printable(failure),
    ]),
  )
}
