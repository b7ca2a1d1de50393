import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError, type ErrorCode } from '../errors.js'
import type { NotFinite } from '../native/contract.js'
import { count } from '../numbers.js'
import { checkpointName } from '../run/checkpoint-folders.js'
import { layout } from '../run/layout.js'
import { describePosition, type RunPosition } from '../run/position.js'
import type { Divergence } from './epoch.js'

/**
 * The error of a stopped training.
 *
 * @param epochsDone whole epochs and the part of the last one
 * @param reason of the signal that stopped it: the error itself if another process was lost
 */
export function interrupted(epochsDone: number, epochs: number, folder: string, reason?: unknown): LayerRotationError {
  if (reason instanceof LayerRotationError && reason.code === 'PROCESS_LOST') return reason
  const message = `stopped after ${count(epochsDone)} of ${epochs} epochs; what was measured is in ${folder}; resume with \`${resumeCommand(folder)}\``
  return new LayerRotationError('INTERRUPTED', message)
}

/** The command line that resumes a run. */
function resumeCommand(folder: string): string {
  const word = /^[\w./:@%+,=-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`
  return `layer-rotation resume ${word}`
}

/** Errors after which a run can be resumed once their cause is gone. */
const resumable: ReadonlySet<ErrorCode> = new Set([
  'WRITE_FAILED',
  'READ_FAILED',
  'DEVICE_FAILED',
  'OUT_OF_MEMORY',
  'PROCESS_LOST',
  'NATIVE',
])

/**
 * Adds the newest checkpoint and the command that resumes the run to an error from which that is possible. A folder that somebody
 * has moved has its checkpoints elsewhere.
 */
export async function withCheckpoint(
  error: unknown,
  newest: RunPosition | undefined,
  folder: string,
): Promise<unknown> {
  if (!(error instanceof LayerRotationError) || !resumable.has(error.code)) return error
  const isGone = (path: string) =>
    access(path).then(
      () => false,
      ({ code }: NodeJS.ErrnoException) => code === 'ENOENT',
    )
  const left = (await isGone(folder))
    ? `${folder} was moved or removed; if it was moved, resume it where it is now`
    : newest === undefined
      ? 'It has no checkpoint yet'
      : (await isGone(join(folder, layout.checkpoints, checkpointName(newest))))
        ? `Its newest checkpoint, after ${describePosition(newest)}, was removed`
        : `Its newest checkpoint is after ${describePosition(newest)}; resume with \`${resumeCommand(folder)}\``
  return new LayerRotationError(error.code, `${error.message}. ${left}`, { cause: error.cause })
}

/** The error of a training step that made a NaN or an infinity. @param epoch 0-based */
export function divergedInTraining(
  epoch: number,
  { step, loss, found }: Divergence,
  rate: number,
  folder: string,
): LayerRotationError {
  const place = `in epoch ${epoch + 1} at step ${step}`
  const culprit = describeNotFinite(found)
  const symptom = Number.isFinite(loss)
    ? `${culprit} ${place}, though the loss was`
    : `the loss became ${loss} ${place}, where ${culprit}`
  return diverged(symptom, rate, folder)
}

/** The error of an evaluation whose loss is not finite. @param epoch 0-based */
export function divergedInEvaluation(
  epoch: number,
  split: 'validation' | 'test',
  loss: number,
  rate: number,
  folder: string,
): LayerRotationError {
  return diverged(`the ${split} loss became ${loss} in epoch ${epoch + 1}`, rate, folder)
}

/** The error of an evaluation before the first step whose loss is not finite. */
export function divergedAtStart(split: 'validation' | 'test', loss: number, folder: string): LayerRotationError {
  const message = `the ${split} loss is ${loss} before the first step; expected a finite one: look at initialWeights, the model's init and the data. What was measured is in ${folder}`
  return new LayerRotationError('DIVERGED', message)
}

function describeNotFinite({ tensors: [first, ...others], output }: NotFinite): string {
  if (first === undefined)
    return output === undefined ? 'all else was finite' : `the output of layer ${output} was not finite`
  if (others.length === 0) return `${first} was not finite`
  return `${first} and ${others.length} more ${others.length === 1 ? 'tensor' : 'tensors'} were not finite`
}

function diverged(symptom: string, rate: number, folder: string): LayerRotationError {
  const advice = 'try a smaller learningRate'
  const message = `${symptom}, with a learning rate of ${rate}; ${advice}. What was measured is in ${folder}`
  return new LayerRotationError('DIVERGED', message)
}
