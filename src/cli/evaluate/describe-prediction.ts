import type { Prediction } from '../../evaluation/predict.js'
import { count, percent } from '../../numbers.js'
import { printable } from '../../printable.js'
import { shortPath } from '../terminal/path.js'
import { table } from '../terminal/table.js'

/** The most images that are listed. */
const mostListed = 40

/** Describes the answers of a network in lines: the class of each image. */
export function predictionLines(prediction: Prediction): string[] {
  const { weights, predicted, probability, names, classNames } = prediction
  const listed = Array.from(predicted.subarray(0, mostListed), (label, image) => [
    names === null ? String(image) : printable(names[image]!),
    classNames === null ? String(label) : printable(classNames[label]!),
    percent(probability[image]),
  ])
  const rows = table(
    [
      names === null ? { title: 'image', align: 'right' } : { title: 'image' },
      { title: 'class' },
      { title: 'probability', align: 'right' },
    ],
    listed,
  )
  const more =
    predicted.length > mostListed
      ? [`The first ${mostListed} of ${count(predicted.length)} images; --output writes all.`]
      : []
  return [`weights  ${shortPath(weights)}`, '', ...rows, ...more]
}

/** The answers in the form of `--json`: an entry for each image. */
export function predictionRows({ predicted, probability, names, classNames }: Prediction) {
  return Array.from(predicted, (label, index) => ({
    index,
    ...(names !== null && { name: names[index]! }),
    predicted: label,
    ...(classNames !== null && { class: classNames[label]! }),
    probability: probability[index]!,
  }))
}
