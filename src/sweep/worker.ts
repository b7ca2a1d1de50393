// A process that trains points of a study, one after another: it loads LibTorch once for all of them. The sweep that started
// it sends the tasks, and tells it to stop; if the sweep dies, the process stops by itself after its step.
import { LayerRotationError } from '../errors.js'
import { measureEpoch } from './measure-epoch.js'
import type { FromWorker, PointProgress, TaskEnd, ToWorker } from './messages.js'
import { trainPoint } from './train-point.js'
import type { TrainingListeners } from '../train/events.js'

/** Signals that reach every process of a terminal or of a job; the sweep answers them for all of its processes. */
const answeredBySweep = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGXCPU'] as const

/** The milliseconds between two messages of progress. */
const interval = 200

const stop = new AbortController()
for (const signal of answeredBySweep) process.on(signal, () => undefined)
process.on('disconnect', () => stop.abort())
process.on('message', (message: ToWorker) => {
  if (message.type === 'stop') stop.abort()
  else void work(message)
})

async function work(message: Exclude<ToWorker, { type: 'stop' }>): Promise<void> {
  const end = await ended(message)
  send({ type: 'end', end })
  if (stop.signal.aborted && process.connected) process.disconnect()
}

async function ended(message: Exclude<ToWorker, { type: 'stop' }>): Promise<TaskEnd> {
  const { signal } = stop
  try {
    if (message.type === 'measure') {
      const { point, threads } = message
      return { end: 'measured', secondsPerEpoch: await measureEpoch(point.experiment, threads, signal) }
    }
    const { study, point, retry, accept, threads } = message.task
    const listeners = reporting()
    return await trainPoint(study, point, { ...listeners, retry, accept, threads: threads ?? undefined, signal })
  } catch (error) {
    if (error instanceof LayerRotationError) return { end: 'error', code: error.code, message: error.message }
    return {
      end: 'error',
      code: 'NATIVE',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }
  }
}

/** Listeners that tell the sweep how a training goes on. */
function reporting(): TrainingListeners {
  const progress: PointProgress = { epoch: 0, epochs: 1, secondsLeft: null, testAccuracy: null, rotation: null }
  let sentAt = 0
  const report = (isDue: boolean) => {
    if (!isDue && Date.now() - sentAt < interval) return
    sentAt = Date.now()
    send({ type: 'progress', progress })
  }
  return {
    onNote: (note) => send({ type: 'note', note }),
    onStart: ({ config, position, stepsPerEpoch }) => {
      progress.epochs = config.epochs
      progress.epoch = position.epoch + position.step / stepsPerEpoch
      report(true)
    },
    onProgress: ({ epoch, step, steps }) => {
      progress.epoch = epoch + step / steps
      report(false)
    },
    onEpochEnd: ({ epoch, epochs, secondsLeft, test, rotation }) => {
      Object.assign(progress, {
        epoch,
        secondsLeft,
        testAccuracy: test?.accuracy ?? progress.testAccuracy,
        rotation: rotation.mean,
      })
      report(epoch === epochs)
    },
  }
}

/** Sends a message, unless the sweep has died. */
function send(message: FromWorker): void {
  if (process.connected) process.send?.(message, () => undefined)
}
