import { LayerRotationError } from '../errors.js'
import type { NotFinite } from '../native/contract.js'
import { count } from '../text/numbers.js'
import { describePosition, type RunPosition } from '../run/position.js'

/** @param epochsDone whole epochs and the part of the last one */
export function interrupted(epochsDone: number, epochs: number, folder: string): LayerRotationError {
  const message = `stopped after ${count(epochsDone)} of ${epochs} epochs; what was measured is in ${folder}; resume with \`${resumeCommand(folder)}\``
  return new LayerRotationError('INTERRUPTED', message)
}

/** The command line that resumes a run. */
export function resumeCommand(folder: string): string {
  const word = /^[\w./:@%+,=-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`
  return `layer-rotation resume ${word}`
}

/** What of a model held a NaN or an infinity where a loss or an update did. */
export function describeNotFinite({ tensors: [first, ...others], output }: NotFinite): string {
  if (first === undefined)
    return output === undefined ? 'all else was finite' : `the output of layer ${output} was not finite`
  if (others.length === 0) return `${first} was not finite`
  return `${first} and ${others.length} more ${others.length === 1 ? 'tensor' : 'tensors'} were not finite`
}

/** A failure of a training, with what is left of it. @param saved of the newest checkpoint */
export function withCheckpoint(
  error: LayerRotationError,
  saved: RunPosition | undefined,
  folder: string,
): LayerRotationError {
  const left = saved
    ? `Its newest checkpoint is after ${describePosition(saved)}; resume with \`${resumeCommand(folder)}\``
    : 'It has no checkpoint yet'
  return new LayerRotationError(error.code, `${error.message}. ${left}`, { cause: error.cause })
}

/** @param symptom what was no longer finite, and when */
export function diverged(symptom: string, rate: number, folder: string): LayerRotationError {
  const advice = 'try a smaller learningRate'
  const message = `${symptom}, with a learning rate of ${rate}; ${advice}. What was measured is in ${folder}`
  return new LayerRotationError('DIVERGED', message)
}
