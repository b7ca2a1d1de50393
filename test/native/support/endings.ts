import { expect } from 'vitest'
import { inTier } from '../../support/tier.js'
import { program } from './program.js'

/** The number of runs of each program; 200 before a release. */
const repetitions = Number(process.env['LAYER_ROTATION_REPETITIONS'] ?? inTier(1, 5))

/** The time limit in ms of a test of one program. */
export const patience = 60_000 + 5_000 * repetitions

/** Expects a program to end like this each time, without a message. Repetitions find faults that depend on timing. */
export async function endsWith(expected: object, body: string): Promise<void> {
  for (let i = 0; i < repetitions; i++) {
    expect(await program(body)).toMatchObject({ signal: null, stderr: '', ...expected })
  }
}

/** Begins an epoch of many seconds. */
export const training = 'const trainer = await smallTrainer(); const epoch = train(trainer)'

/** Calls `action` while an epoch of many seconds runs. */
export const during = (action: string): string => `
const trainer = await smallTrainer()
const epoch = train(trainer, { onProgress: () => { ${action} } })`

/** Begins an epoch in a worker, which says so. */
export const announced =
  "const trainer = await smallTrainer(); parentPort.postMessage('training'); await train(trainer)"

/** The end by an error that no code catches. */
export const failure = { code: 1, stderr: expect.stringContaining('Error: mine') as string }
