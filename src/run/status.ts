import { z } from 'zod'
import { positionSchema } from './position.js'
import { isAlive, processIdentitySchema } from '../lock/process-identity.js'

export const statusSchema = z.object({
  status: z.enum(['running', 'finished', 'interrupted', 'failed']),
  /** The reason of an interruption, a failure or an end before the last epoch. */
  reason: z.string().optional(),
  /** Messages about parts of the experiment that were not followed, or slowly. */
  warnings: z.array(z.string()).optional(),
  /** Epochs done. */
  epoch: z.number().min(0),
  /** Epoch of the weights 'best', 1-based. */
  bestEpoch: z.int().min(1).optional(),
  /** Position of the newest checkpoint, from which the run can be resumed. */
  lastCheckpoint: positionSchema.optional(),
  /** Start of the run: ISO 8601, UTC. */
  startedAt: z.string(),
  endedAt: z.string().optional(),
  ...processIdentitySchema.shape,
})

/** status.json: the state of a run and the process that writes it. */
export type RunStatus = z.output<typeof statusSchema>

/** Tells whether the process of a running run is gone because it crashed or was killed; known on its own host only. */
export function isStale(status: RunStatus): boolean {
  return status.status === 'running' && isAlive(status) === false
}
