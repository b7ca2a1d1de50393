import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { throwIfInterrupted } from '../interrupted.js'
import { threadsPerProcess } from './threads-per-process.js'
import { WorkerProcess } from './worker-process.js'

/**
 * Measures the seconds that an epoch of an experiment takes here, in a process of its own, by training its beginning.
 *
 * @param jobs processes that are to train at once: the one that measures has the threads of one of them
 * @throws {LayerRotationError} the errors of `train`; INTERRUPTED if the signal is aborted
 */
export async function secondsPerEpoch(
  experiment: ExperimentConfig,
  jobs: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  throwIfInterrupted(signal, 'an epoch was to be measured')
  const worker = new WorkerProcess()
  const stop = () => worker.stop()
  signal?.addEventListener('abort', stop)
  try {
    const point = { values: {}, experiment, folder: '' }
    const end = await worker.do({ type: 'measure', point, threads: threadsPerProcess(jobs) })
    if (end.end === 'measured') return end.secondsPerEpoch
    const { code, message } = end as Extract<typeof end, { end: 'error' }>
    throw new LayerRotationError(signal?.aborted ? 'INTERRUPTED' : code, message)
  } finally {
    signal?.removeEventListener('abort', stop)
    worker.end()
  }
}
