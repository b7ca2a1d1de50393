import { resolve } from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { isFinished, studyGroups } from '../../study/study-groups.js'
import { pointLabel, shortPointLabel, sweptAxes } from '../../study/study-axes.js'
import type { Study } from '../../study/study-row.js'
import { openRun, type Run } from '../../run/open-run.js'
import { fitLabels, fitText } from '../fit-text.js'
import { labelRuns, longestLabel, type RunLabels } from '../run-labels.js'
import type { Source } from './records.js'

/** Runs, folders of measurements and studies, as a figure draws them. */
export type Drawable = Source | Study

/** One or several runs that are drawn as one: those of a study that differ by their seed only. */
export interface Subject {
  /** Opens the runs, one after the other. */
  sources: (() => Promise<Source>)[]
}

export interface Subjects {
  subjects: Subject[]
  naming: RunLabels
}

/**
 * Lists the subjects of a figure with their labels: each run by itself, of a study each group of finished runs.
 *
 * @throws {LayerRotationError} INVALID_CONFIG for a study beside other things, and for one without finished runs
 */
export function subjectsOf(drawables: readonly Drawable[]): Subjects {
  const studies = drawables.filter((drawable): drawable is Study => 'axes' in drawable)
  const [study] = studies
  if (study !== undefined) {
    if (drawables.length > 1) refuse(`${study.folder} is a study; expected it alone, or runs`)
    return groupsOf(study)
  }
  const sources = drawables as readonly Source[]
  return { subjects: sources.map((source) => ({ sources: [() => Promise.resolve(source)] })), naming: labels(sources) }
}

function groupsOf(study: Study): Subjects {
  const axes = sweptAxes(study)
  const groups = studyGroups(study).filter(({ rows }) => rows.some(isFinished))
  if (groups.length === 0) refuse(`${study.folder} has no finished runs`)
  const subjects = groups.map(({ rows }) => ({
    sources: rows.filter(isFinished).map(
      ({ folder }) =>
        () =>
          openRun(resolve(study.folder, folder)),
    ),
  }))
  const [axis] = axes
  const single = axes.length === 1
  const texts = groups.map((group) => (single ? shortPointLabel(axes, group) : pointLabel(axes, group)))
  const order = groups.map((_, i) => i)
  const ordered = single && axis!.isNumeric
  return {
    subjects,
    naming: {
      title: single ? fitText(axis!.title, longestLabel) : '',
      labels: groups.length > 1 ? fitLabels(texts, longestLabel) : [study.name],
      ordered,
      order: ordered ? order.toReversed() : order,
    },
  }
}

function labels(sources: readonly Source[]): RunLabels {
  const runs = sources.filter((source): source is Run => 'rotation' in source)
  if (runs.length === sources.length) return labelRuns(runs)
  const names = sources.map(({ folder }) => folder)
  return { title: '', labels: fitLabels(names, longestLabel), ordered: false, order: names.map((_, i) => i) }
}

function refuse(message: string): never {
  throw new LayerRotationError('INVALID_CONFIG', message)
}
