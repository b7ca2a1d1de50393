import { actingRates } from '../groups/layer-settings.js'
import type { EpochProgress, EpochRequest, EpochResult, NotFinite } from '../native/contract.js'
import { joinTables, LayerTable } from '../rotation/layer-table.js'
import type { EpochPart } from '../run/training-checkpoint.js'
import type { CheckpointSchedule } from './checkpoint-schedule.js'
import { epochRequests } from './epoch-request.js'
import type { TrainingListeners, TrainingProgress } from './events.js'
import { measuredLayers } from './measured-layers.js'
import type { TrainingSetup } from './prepare.js'
import { StepReports, type CallPlace } from './step-reports.js'
import { withListener } from './with-listener.js'

/** The epoch to train, or the rest of one. */
export interface EpochTask {
  /** Number of the epoch, 0-based. */
  epoch: number
  /** Steps after which the layers are measured, 0-based within the epoch, ascending. */
  recorded: Int32Array
  /** The first epoch, 0-based, whose weights are averaged, if they are. */
  firstAveraged?: number | undefined
  /** The part that is trained already. */
  begun?: EpochPart | undefined
}

/** The interruptions and the listeners of an epoch. */
export interface EpochControl {
  /** Times at which the epoch pauses for a checkpoint. */
  schedule: Pick<CheckpointSchedule, 'untilDue'>
  /** Called while the addon trains, onProgress at most every 100 ms. */
  listeners?: Pick<TrainingListeners, 'onProgress' | 'onStep'>
  /** Stops the epoch after its current step. */
  signal?: AbortSignal | undefined
}

/** A pause between two steps. */
export type EpochPause =
  /** A message for the user about how the steps ran. */
  | { type: 'warning'; message: string }
  /** A checkpoint is due; `part` is what it has to hold of the epoch. */
  | { type: 'checkpointDue'; part: EpochPart }

/** The place where the numbers of a training stopped being finite. */
export interface Divergence {
  /** Step within the epoch, 1-based. */
  step: number
  /** Loss of the step's batch; if it is finite, the step's update was not. */
  loss: number
  found: NotFinite
}

/** The end of an epoch: after its last step, or where it was stopped or diverged. */
export interface TrainedEpoch {
  status: EpochResult['status']
  part: EpochPart
  divergence?: Divergence
}

/**
 * Trains an epoch, or the rest of one, with one call of the addon per stretch of rates. The caller handles each pause
 * before it asks for the next one; no pause changes a bit of the result.
 *
 *     const pauses = trainEpoch(setup, { epoch: 0, recorded }, { schedule })
 *     let next = await pauses.next()
 *     for (; !next.done; next = await pauses.next()) { … }   // next.value: a pause
 *     next.value                                             // the trained epoch
 *
 * @throws {LayerRotationError} OUT_OF_MEMORY, DEVICE_FAILED, NATIVE; and any error of a listener
 */
export async function* trainEpoch(
  setup: TrainingSetup,
  { epoch, recorded, firstAveraged, begun }: EpochTask,
  control: EpochControl,
): AsyncGenerator<EpochPause, TrainedEpoch, void> {
  const { trainer, orders, settings } = setup
  const layers = trainer.layerNames
  const stopped = () => control.signal?.aborted === true
  const rates = new Float64Array(orders.stepsPerEpoch * layers.length)
  rates.set(begun?.rates ?? [])
  let planned = (begun?.rates.length ?? 0) / layers.length
  let { steps: done, sums, table } = begun ?? nothing(layers)
  const part = (): EpochPart => ({ steps: done, sums, rates: rates.slice(0, planned * layers.length), table })
  const request = epochRequests(setup, epoch, rates, recorded, firstAveraged)
  let end = 0
  for (const steps of setup.rates.stretches(epoch)) {
    const begin = end
    end += steps
    if (done >= end) continue
    if (planned < end) {
      if (stopped()) break
      rates.set(await setup.rates.rates(epoch, begin, steps, () => trainer.rotation()), begin * layers.length)
      planned = end
    }
    // The addon ignores a stop between two calls.
    while (done < end && !stopped()) {
      const asked = request(done, end, sums)
      const acting = actingRates(asked.rates, settings)
      const result = await callAddon(setup, { epoch, done, acting }, asked, control)
      for (const message of result.warnings) yield { type: 'warning', message }
      const stepsBefore = epoch * orders.stepsPerEpoch + done
      const measured = measuredLayers(result.records, {
        layers,
        stepsBefore,
        rates: acting,
        losses: result.losses,
      })
      if (measured.length > 0) table = table.length > 0 ? joinTables([table, measured]) : measured
      if (result.steps > 0) sums = result.sums
      done += result.steps
      if (result.status === 'diverged') {
        const { order, batchSizes, augmentationKey, erased, mixing } = request(done, done + 1, sums)
        const changes = { augmentationKey, ...(erased && { erased }), ...(mixing && { mixing }) }
        const found = await trainer.notFinite({ order, batchSizes, ...changes })
        const divergence = { step: done + 1, loss: result.losses.at(-1)!, found }
        return { status: 'diverged', part: part(), divergence }
      }
      const goesOn = done < orders.stepsPerEpoch && !stopped()
      if (goesOn && control.schedule.untilDue() <= 0) yield { type: 'checkpointDue', part: part() }
    }
  }
  return { status: done === orders.stepsPerEpoch ? 'finished' : 'interrupted', part: part() }
}

const nothing = (layers: readonly string[]): Omit<EpochPart, 'rates'> => ({
  steps: 0,
  sums: { loss: 0, hits: 0, examples: 0 },
  table: new LayerTable(layers, new Int32Array(), new Map()),
})

/** Calls the addon and stops it when a checkpoint is due. */
async function callAddon(
  setup: TrainingSetup,
  place: CallPlace,
  request: EpochRequest,
  { schedule, listeners = {} }: EpochControl,
): Promise<EpochResult> {
  const { trainer } = setup
  const { onProgress, onStep } = listeners
  const steps = onStep && new StepReports(setup, place, onStep)
  const listener = (progress: EpochProgress) =>
    Promise.all([onProgress?.(progressEvent(setup, place, progress)), steps?.next(progress.losses)])
  const untilDue = schedule.untilDue()
  const timer = untilDue === Infinity ? undefined : setTimeout(() => trainer.stop(), Math.max(0, untilDue))
  try {
    return await withListener({
      listener: onProgress || onStep ? listener : undefined,
      stop: () => trainer.stop(),
      work: async (report) => {
        const result = await trainer.trainEpoch(request, report)
        await steps?.rest(result)
        return result
      },
    })
  } finally {
    clearTimeout(timer)
  }
}

function progressEvent(
  { rates, orders }: TrainingSetup,
  { epoch, done }: CallPlace,
  { step, loss, accuracy }: EpochProgress,
): TrainingProgress {
  const learningRate = rates.nominalRate(epoch, done + step - 1)
  return { epoch, learningRate, step: done + step, steps: orders.stepsPerEpoch, loss, accuracy }
}
