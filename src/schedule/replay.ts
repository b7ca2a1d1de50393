import { z } from 'zod'
import { constructorWith, type ConstructorWith } from '../validation/constructor.js'
import { strictObject } from '../validation/strict-object.js'
import type { FollowingType } from './schedule-type.js'

const schema = strictObject({
  /** Selects the angles of another run. */
  type: z.literal('replay'),
  /** The folder of a run that recorded every step (record.steps=1) of layers with the same names. */
  run: z.string().min(1),
})

export type ReplayConfig = z.output<typeof schema>

/**
 * Turns, under Layca, every layer at every step by the angle that it turned by at this step of another run, whatever
 * made it turn there (section 5.2 of arXiv 1806.01603v2: adaptive methods, replayed by SGD). The rate of a step is
 * tan(angle).
 *
 *     replay('runs/mnist-adam/20261123-052233-7f3a90')
 *
 * The other run must have at least as many steps.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const replay: ConstructorWith<typeof schema, 'run'> = constructorWith(schema, 'run')

export const replayType = {
  schema,
  nominalRate: () => null,
  text: ({ run }) => `the angles of ${run}`,
  follows: 'the angles of another run',
  setsAngles: true,
} satisfies FollowingType<ReplayConfig>
