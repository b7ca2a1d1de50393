import { LayerRotationError } from '../errors.js'

/** @param epochsDone whole epochs and the part of the last one */
export function interrupted(epochsDone: number, epochs: number, folder: string): LayerRotationError {
  const done = Number(epochsDone.toFixed(2))
  const message = `stopped after ${done} of ${epochs} epochs; what was measured is in ${folder}; resume with \`${resumeCommand(folder)}\``
  return new LayerRotationError('INTERRUPTED', message)
}

/** The command line that resumes a run. */
export function resumeCommand(folder: string): string {
  const word = /^[\w./:@%+,=-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`
  return `layer-rotation resume ${word}`
}

/** @param symptom what was no longer finite, and when */
export function diverged(symptom: string, rate: number, folder: string): LayerRotationError {
  const advice = 'try a smaller learningRate'
  const message = `${symptom}, with a learning rate of ${rate}; ${advice}. What was measured is in ${folder}`
  return new LayerRotationError('DIVERGED', message)
}
