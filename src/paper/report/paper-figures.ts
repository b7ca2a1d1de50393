import { accuracyOver } from '../../figure/paper/accuracy-over.js'
import { alphaMultiplierFigure } from '../../figure/paper/alpha-multipliers.js'
import type { FigureSource } from '../../figure/figure.js'
import { lossByEpoch } from '../../figure/paper/loss-by-epoch.js'
import type { PaperView } from '../../figure/paper/paper-view.js'
import { rotationAsDrawn, type RotationAsDrawnOptions } from '../../figure/paper/rotation-as-drawn.js'
import { trainAccuracyByEpoch } from '../../figure/paper/train-accuracy-by-epoch.js'
import type { ComparisonRow } from '../comparison/rows.js'
import type { PaperExperiment } from '../experiments/experiment.js'
import { accuracyPoints, type Along } from './accuracy-points.js'

/** The figures of an experiment. */
interface Drawing {
  rotation: RotationAsDrawnOptions
  accuracyOver?: readonly (Along & { leastTrainAccuracy?: number })[]
  hasLosses?: true
  /** The last epoch, 0-based, of the figure of the train accuracy. */
  trainAccuracyUntil?: number
  hasMultipliers?: true
}

/** The authors' summary figures end at 80 epochs, although the trainings last up to 250. */
const summary: RotationAsDrawnOptions = { moments: 'shifted', cut: 80 }

const drawings: Readonly<Record<string, Drawing>> = {
  'alpha-rho': {
    rotation: summary,
    accuracyOver: [
      { axis: 'alpha', at: { rho: 3 ** -3 }, leastTrainAccuracy: 90 },
      { axis: 'rho', at: { alpha: 0 } },
    ],
    hasLosses: true,
    hasMultipliers: true,
  },
  'learning-rate': { rotation: summary, accuracyOver: [{ axis: 'rate', at: {} }] },
  'going-further': { rotation: { moments: 'updates', cut: Infinity } },
  'weight-decay': { rotation: summary },
  adaptive: { rotation: summary },
  replay: { rotation: summary, trainAccuracyUntil: 100 },
  warmup: { rotation: { moments: 'shifted', cut: 25 }, trainAccuracyUntil: 25 },
  'mnist-rates': { rotation: { moments: 'recorded', cut: 100 }, accuracyOver: [{ axis: 'rate', at: {} }] },
}

/**
 * The figures of an experiment with what is published over our numbers, as far as there is something to draw.
 *
 * @param rows those of the comparison
 * @throws {LayerRotationError} INVALID_FILE
 */
export async function paperFigures(
  experiment: PaperExperiment,
  view: PaperView,
  rows: readonly ComparisonRow[],
): Promise<FigureSource[]> {
  const {
    rotation,
    accuracyOver: along = [],
    hasLosses,
    trainAccuracyUntil,
    hasMultipliers,
  } = drawings[experiment.name]!
  const { isScaled, trainings } = view
  const figures = [
    await rotationAsDrawn(view, rotation),
    ...along.map(({ axis, at, ...options }) =>
      accuracyOver(accuracyPoints(experiment, rows, { axis, at }), { axis, isScaled, ...options }),
    ),
    ...(hasLosses ? lossByEpoch(view) : []),
    trainAccuracyUntil === undefined ? undefined : trainAccuracyByEpoch(view, trainAccuracyUntil),
    hasMultipliers ? multiplierFigure(trainings) : undefined,
  ]
  return figures.filter((figure) => figure !== undefined)
}

/** The multipliers of the alphas in the deepest network that was trained. */
function multiplierFigure(trainings: PaperView['trainings']): FigureSource | undefined {
  const alphas = trainings.map(({ values }) => Number(values['alpha']))
  const depths = trainings.flatMap(({ runs }) => runs.map(({ rotation }) => rotation.layers.length))
  return alphaMultiplierFigure(
    alphas,
    depths.reduce((a, b) => Math.max(a, b), 0),
  )
}
