import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'

export const positionSchema = strictObject({
  /** Whole epochs done. */
  epoch: z.int().min(0),
  /** Steps done of the next one; of all of them where it has not been evaluated yet. */
  step: z.int().min(0),
})

/** How far a training is. */
export type RunPosition = z.output<typeof positionSchema>

/** As a person would say it: `epoch 3` or `epoch 3 and 120 steps`. */
export function describePosition({ epoch, step }: RunPosition): string {
  if (step === 0) return `epoch ${epoch}`
  const steps = `${step} step${step === 1 ? '' : 's'}`
  return epoch === 0 ? steps : `epoch ${epoch} and ${steps}`
}
