import { LayerRotationError } from '../errors.js'
import { canonicalJson } from '../study/canonical.js'
import { runFolder, type LedgerPoint } from '../study/ledger.js'
import { validateStudy } from '../study/study.js'
import type { StudyConfig, StudyPoint } from '../study/study-config.js'
import { pointsAt, type PaperExperiment } from './experiments/experiment.js'
import type { PaperPoint } from './experiments/point.js'
import type { Scale } from './scale.js'
import type { TaskName } from './task-names.js'

/** The part of an experiment that a study trains. */
export interface PaperStudyInput extends MachineSettings {
  scale: Scale
  /** By default all tasks that the experiment has at this scale. */
  tasks?: readonly TaskName[] | undefined
  /** By default 1 alone at full scale, and 1, 2 and 3 on a laptop. */
  seeds?: readonly number[] | undefined
}

interface MachineSettings {
  /** 'auto' (the default), 'cpu', 'cuda' or 'cuda:N'. */
  device?: string | undefined
  /** CPU threads, 1 … 1024; by default one per core. */
  threads?: number | undefined
}

/** An experiment of the paper as a study. Points that need the run of another one follow in a second part. */
export interface PaperStudy {
  /** The name of the study and of its folder. */
  name: string
  /** All points, in the order of the experiment. */
  points: readonly PaperPoint[]
  /** The points that need no other. */
  first: StudyConfig
  /**
   * The points that need the runs of others, for those whose runs are among `trained`, and before them these runs' own points,
   * so that the ledger keeps them; undefined if there are none.
   *
   * @param folder the study's folder
   */
  second: (folder: string, trained: readonly LedgerPoint[]) => StudyConfig | undefined
}

/** The name of an experiment's study: that of its folder, too. */
export const paperStudyName = ({ name }: Pick<PaperExperiment, 'name'>, scale: Scale): string =>
  `paper-${name}${scale === 'laptop' ? '-laptop' : ''}`

/**
 * Makes the study of an experiment.
 *
 * @throws {LayerRotationError} INVALID_CONFIG for tasks that the experiment lacks, and for a scale that it does not have
 */
export function paperStudy(experiment: PaperExperiment, input: PaperStudyInput): PaperStudy {
  const { scale, device, threads } = input
  const name = paperStudyName(experiment, scale)
  const points = pointsOf(experiment, input)
  const machine = { ...(device === undefined ? {} : { device }), ...(threads === undefined ? {} : { threads }) }
  const independent = points.flatMap(({ values, ...point }) =>
    typeof point.experiment === 'function' ? [] : [{ values, experiment: { ...point.experiment, ...machine } }],
  )
  return {
    name,
    points,
    first: studyOf(name, independent),
    second: (folder, trained) => {
      const runs = new Map(trained.map((run) => [canonicalJson(run.values), run]))
      const following = points.flatMap((point) => {
        const needed = 'after' in point ? runs.get(canonicalJson(point.after)) : undefined
        if (!('after' in point) || needed === undefined) return []
        return [{ values: point.values, experiment: { ...point.experiment(runFolder(folder, needed)), ...machine } }]
      })
      const before = independent.filter(({ values }) => runs.has(canonicalJson(values)))
      return following.length === 0 ? undefined : studyOf(name, [...before, ...following])
    },
  }
}

function studyOf(name: string, points: StudyPoint[]): StudyConfig {
  const axes = [...new Set(points.flatMap(({ values }) => Object.keys(values)))]
  return validateStudy({ name, base: null, axes, points }, name)
}

function pointsOf(experiment: PaperExperiment, { scale, tasks, seeds }: PaperStudyInput): PaperPoint[] {
  const points = pointsAt(experiment, scale, { ...(tasks && { tasks }), ...(seeds && { seeds }) })
  if (points !== undefined) return points
  const message = `${experiment.name}: there is no version for a laptop; expected --scale full`
  throw new LayerRotationError('INVALID_CONFIG', message)
}
