import type { ModelEvaluation } from '../../evaluation/evaluate.js'
import { count, percent, percentOf, significant } from '../../numbers.js'
import { printable } from '../../printable.js'
import { dataName, examplesText } from '../../text/data.js'
import { shortPath } from '../terminal/path.js'
import { table } from '../terminal/table.js'

/** The most classes that are all listed; of more, those with the lowest accuracies. */
const mostListed = 20
const fewListed = 10

/** Describes an evaluation in lines. */
export function evaluationLines(evaluation: ModelEvaluation): string[] {
  const { weights, data, split, examples, loss, accuracy, top5Accuracy } = evaluation
  const noun = examplesText(data) === 'tokens' ? 'windows of tokens' : 'images'
  const kind = { train: 'training ', validation: 'validation ', test: 'test ' }[split]
  const top5 = top5Accuracy === null ? '' : `, top-5 ${percent(top5Accuracy)}`
  return [
    `weights   ${shortPath(weights)}`,
    `data      ${count(examples)} ${kind}${noun} of ${printable(dataName(data))}`,
    `loss      ${significant(loss)}`,
    `accuracy  ${percent(accuracy)}${top5}`,
    ...classLines(evaluation),
  ]
}

function classLines({ perClass }: ModelEvaluation): string[] {
  if (perClass === null) return []
  const byAccuracy = [...perClass].sort((a, b) => (a.accuracy ?? Infinity) - (b.accuracy ?? Infinity))
  const isLong = perClass.length > mostListed
  const listed = isLong ? byAccuracy.slice(0, fewListed) : perClass
  const rows = table(
    [
      { title: 'class' },
      { title: 'images', align: 'right' },
      { title: 'accuracy (%)', align: 'right' },
      { title: 'precision (%)', align: 'right' },
      { title: 'most often taken for' },
    ],
    listed.map(({ name, images, accuracy, precision, confusedWith }) => [
      printable(name),
      count(images),
      percentOf(accuracy),
      percentOf(precision),
      confusedWith === null ? '' : `${printable(confusedWith.name)} (${count(confusedWith.images)})`,
    ]),
  )
  return [
    '',
    ...rows,
    ...(isLong
      ? [`The ${fewListed} of ${count(perClass.length)} classes with the lowest accuracy; --output writes all.`]
      : []),
  ]
}
