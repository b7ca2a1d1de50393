import { z } from 'zod'
import { validate } from '../validation/validate.js'

const schema = z.object({
  study: z.object({
    folder: z.string().min(1),
    name: z.string(),
    axes: z.array(z.string()),
    rows: z.array(
      z.object({
        values: z.record(z.string(), z.unknown()),
        folder: z.string(),
        state: z.string(),
        experiment: z.object({ seed: z.number() }),
      }),
    ),
  }),
})

/**
 * Requires a study as `openStudy` reads it.
 *
 * @param subject the function that takes it
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function requireStudy(study: unknown, subject: string): void {
  validate(schema, { study }, subject)
}
