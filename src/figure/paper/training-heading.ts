import { labelOf, type StudyAxis } from '../../study/study-axes.js'
import type { PointValues } from '../../study/study-config.js'
import type { Heading } from '../panel-grid.js'
import type { PaperView } from './paper-view.js'

/** Axes that figures call by the authors' letters. */
const letters: Readonly<Record<string, string>> = { alpha: 'α', rho: 'ρ' }

/**
 * The name of a training in a figure: its values on the axes. A number that is that of the reference is left out where another
 * number differs from it: `α 0.6`, `ρ 3⁻⁴`, and `α 0, ρ 3⁻³` for the reference.
 *
 * @param axes those that tell the trainings of the figure apart
 */
export function trainingHeading(
  training: { values: PointValues },
  axes: readonly StudyAxis[],
  { reference }: Pick<PaperView, 'reference'>,
): Heading & { short: string } {
  const isUsual = ({ name }: StudyAxis) => training.values[name] === reference[name]
  const isVaried = axes.some((axis) => axis.isNumeric && !isUsual(axis))
  const named = axes.filter((axis) => !axis.isNumeric || !isVaried || !isUsual(axis))
  const words = (titleOf: (axis: StudyAxis) => string | undefined) =>
    named
      .map((axis) => [axis.isNumeric ? titleOf(axis) : undefined, labelOf(axis, training)].filter(Boolean).join(' '))
      .join(', ')
  return { text: words(({ name, title }) => letters[name] ?? title), short: words(({ name }) => letters[name]) }
}
