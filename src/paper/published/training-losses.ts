import type { GridTask } from '../task-names.js'
import { drawnLoss, type PublishedTable, type Range } from './table.js'

/** Training losses of a run with Layca, as logged: means over an epoch. */
export interface TrainingLosses {
  task: GridTask
  alpha: number
  /** The learning rate of the first epoch, ρ(0). */
  rho: number
  /** The loss of the epochs 1, 10, 40, 70 and 80, counted from 1. */
  losses: { epoch: number; loss: number }[]
  /** The loss of the last epoch; a range where only a bound is known. */
  last: { epoch: number; loss: number | Range }
}

const reference = { alpha: 0, rho: 3 ** -3 }

const row = (
  task: GridTask,
  run: { alpha?: number; rho?: number },
  losses: readonly number[],
  [epoch, loss]: readonly [number, number | Range],
): TrainingLosses => ({
  task,
  ...reference,
  ...run,
  losses: [1, 10, 40, 70, 80].map((epoch, i) => ({ epoch, loss: losses[i]! })),
  last: { epoch, loss },
})

/** Training losses of Layca at some epochs: training_speed.eps, whose curves are read by `publishedLosses`. */
export const trainingLosses: PublishedTable<TrainingLosses> = {
  title: 'Training loss of Layca',
  sources: { losses: drawnLoss, last: drawnLoss },
  rows: [
    row('C10-CNN1', {}, [2.0004, 0.8623, 0.514, 0.4565, 0.4486], [100, 0.0005]),
    row('C10-CNN1', { alpha: -0.4 }, [1.8784, 0.2867, 0.0612, 0.0444, 0.041], [84, 0.0001]),
    row('C10-CNN1', { alpha: 0.4 }, [1.6792, 0.3716, 0.1101, 0.084, 0.0795], [91, [0, 1e-4]]),
    row('C10-CNN1', { rho: 3 ** -4 }, [1.6669, 0.2974, 0.0834, 0.0677, 0.0638], [86, 0.0001]),
    row('C100-resnet', {}, [4.3308, 2.224, 1.6773, 1.5865, 0.3994], [100, 0.0954]),
    row('C100-resnet', { alpha: -0.6 }, [4.7728, 3.2608, 1.7914, 1.2195, 0.844], [100, 0.7504]),
    row('C100-resnet', { alpha: 0.6 }, [4.0407, 2.2253, 0.9971, 0.7241, 0.1297], [100, 0.0785]),
    row('C100-resnet', { rho: 3 ** -4 }, [3.9842, 1.7532, 0.6544, 0.4743, 0.0347], [100, 0.0132]),
    row('tiny-CNN', {}, [4.3451, 2.2552, 2.0261, 2.0055, 0.0876], [80, 0.0876]),
    row('tiny-CNN', { alpha: -0.4 }, [4.1952, 1.3943, 0.1134, 0.0795, 0.0012], [80, 0.0012]),
    row('tiny-CNN', { alpha: 0.6 }, [4.09, 0.8549, 0.355, 0.3067, 0.0049], [80, 0.0049]),
    row('tiny-CNN', { rho: 3 ** -4 }, [4.0099, 0.8017, 0.236, 0.2228, 0.0027], [80, 0.0027]),
  ],
}
