import type { Scale } from '../scale.js'
import type { TaskName } from '../task-names.js'
import type { PaperPoint } from './point.js'
import type { Selection } from './selection.js'

/** An experiment of the paper (arXiv 1806.01603v2) as a list of trainings. */
export interface PaperExperiment<Name extends TaskName = TaskName> {
  /** The name on the command line. */
  name: string
  title: string
  /** The question that its runs answer, in a sentence. */
  shows: string
  /** The tasks that it can train. */
  tasks: readonly Name[]
  /** The values that tell the trainings of a task and a seed apart. */
  axes: readonly string[]
  /**
   * The values of the training with which the others of its task are compared; on axes that are not named here, with the same
   * values as they have. Absent if none is.
   */
  reference?: Readonly<Record<string, string | number>>
  /**
   * The trainings exactly as the authors did them, as far as it is known, and the published numbers of each: by task, seed and
   * axes.
   *
   * @throws {LayerRotationError} INVALID_CONFIG
   */
  points(selection?: Selection<Name>): PaperPoint[]
  /**
   * The same question on smaller networks, fewer images and fewer epochs, for about an hour on two cores with three seeds. The
   * published numbers are those of the full trainings: only their order can be compared. Absent where there is no such version.
   *
   * @param selection by default all tasks that have a smaller version here, with the seeds 1, 2 and 3
   * @throws {LayerRotationError} INVALID_CONFIG
   */
  laptop?(selection?: Selection<Name>): PaperPoint[]
}

/** The tasks of an experiment that have a version at a scale. */
export const tasksAt = (experiment: PaperExperiment, scale: Scale): TaskName[] => [
  ...new Set(pointsAt(experiment, scale)?.map(({ values }) => values.task)),
]

/** The trainings of an experiment at a scale; undefined if it has no version at this scale. @throws as `points` */
export const pointsAt = <Name extends TaskName>(
  experiment: PaperExperiment<Name>,
  scale: Scale,
  selection?: Selection<Name>,
): PaperPoint[] | undefined => (scale === 'full' ? experiment.points(selection) : experiment.laptop?.(selection))
