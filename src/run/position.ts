import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'

export const positionSchema = strictObject({
  /** Whole epochs done. */
  epoch: z.int().min(0),
  /** Steps done in the next epoch; all of its steps if it has not been evaluated yet. */
  step: z.int().min(0),
})

/** The progress of a training. */
export type RunPosition = z.output<typeof positionSchema>

/** The position in words: `epoch 3` or `epoch 3 and 120 steps`. */
export function describePosition({ epoch, step }: RunPosition): string {
  if (step === 0) return `epoch ${epoch}`
  const steps = `${step} step${step === 1 ? '' : 's'}`
  return epoch === 0 ? steps : `epoch ${epoch} and ${steps}`
}
