import type { StudyAxis } from '../../study/study-axes.js'
import type { PaperTraining, PaperView } from './paper-view.js'
import { trainingHeading } from './training-heading.js'

/**
 * A sentence that names the trainings of a figure whose runs have not finished, with a space before it; empty if there are none.
 *
 * @param axes those that tell the trainings of the figure apart
 */
export function unfinishedRemark(
  trainings: readonly PaperTraining[],
  axes: readonly StudyAxis[],
  view: Pick<PaperView, 'reference'>,
): string {
  const unfinished = trainings.filter(({ runs }) => runs.some(({ status }) => status.status !== 'finished'))
  if (unfinished.length === 0) return ''
  const described = unfinished.map((training) => {
    const { text } = trainingHeading(training, axes, view)
    const done = training.runs.reduce((most, { metrics }) => Math.max(most, metrics.at(-1)?.epoch ?? 0), 0)
    const planned = training.runs[0]?.config.epochs
    return `${text === '' ? '' : `${text}: `}${Number(done.toFixed(2))} of ${planned} epochs`
  })
  return ` Not finished, and drawn as far as it is: ${described.join('; ')}.`
}
