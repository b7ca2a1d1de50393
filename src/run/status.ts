import { z } from 'zod'
import { positionSchema } from './position.js'
import { isAlive, processIdentitySchema } from '../lock/process-identity.js'

export const statusSchema = z.object({
  status: z.enum(['running', 'finished', 'interrupted', 'failed']),
  /** Why a run was interrupted, failed or finished before its last epoch. */
  reason: z.string().optional(),
  /** What a run did not do as it was asked to, or not as fast as it could. */
  warnings: z.array(z.string()).optional(),
  /** Epochs done. */
  epoch: z.number().min(0),
  /** The epoch of the weights 'best'. */
  bestEpoch: z.int().min(1).optional(),
  /** The newest checkpoint, from which the run can be resumed. */
  lastCheckpoint: positionSchema.optional(),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  endedAt: z.string().optional(),
  ...processIdentitySchema.shape,
})

/** status.json */
export type RunStatus = z.output<typeof statusSchema>

/** Whether a run that calls itself running has lost its process: it crashed or was killed. Known on its own host only. */
export function isStale(status: RunStatus): boolean {
  return status.status === 'running' && isAlive(status) === false
}
