import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { writing } from '../files/write.js'
import { train } from '../train/train.js'

/** Seconds of training after which the epochs so far, or the part of the first one, tell enough. */
const [enoughEpochs, enoughSteps] = [0.5, 4]

/**
 * Measures the seconds that an epoch of an experiment takes here, by training its beginning in a temporary folder: its first
 * epochs, evaluation included, or a part of the first if that takes longer than four seconds.
 *
 * @param threads CPU threads, if the experiment leaves them open
 * @throws {LayerRotationError} the errors of `train`
 */
export async function measureEpoch(
  config: ExperimentConfig,
  threads: number | null,
  signal: AbortSignal,
): Promise<number> {
  const folder = await writing(tmpdir(), () => mkdtemp(join(tmpdir(), 'layer-rotation-epoch-')))
  const enough = new AbortController()
  let first: { at: number; epoch: number } | undefined
  let ofSteps = Number.NaN
  let ofEpochs: number | undefined
  // Nobody wants to see the run that is thrown away.
  const quiet = { checkpoint: { ...config.checkpoint, everyMinutes: null }, loggers: [] }
  const training = train(
    { ...config, threads: config.threads ?? threads, ...quiet },
    {
      folder: join(folder, 'run'),
      signal: AbortSignal.any([signal, enough.signal]),
      onProgress: ({ epoch, step, steps }) => {
        const now = { at: performance.now() / 1000, epoch: epoch + step / steps }
        first ??= now
        ofSteps = (now.at - first.at) / (now.epoch - first.epoch)
        if (ofEpochs === undefined && now.at - first.at > enoughSteps) enough.abort()
      },
      onEpochEnd: ({ epochs, seconds, secondsLeft }) => {
        // The first epochs may have no evaluation; the estimate counts those to come.
        ofEpochs = (seconds + secondsLeft) / epochs
        if (seconds > enoughEpochs) enough.abort()
      },
    },
  )
  try {
    await training
  } catch (error) {
    if (!isInterruption(error) || !enough.signal.aborted) throw error
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
  return ofEpochs ?? ofSteps
}

const isInterruption = (error: unknown): boolean => error instanceof LayerRotationError && error.code === 'INTERRUPTED'
