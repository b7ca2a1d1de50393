import { z } from 'zod'
import type { Run } from '../run/open-run.js'
import { requireOptions } from '../validation/options.js'
import { pathSchema } from '../validation/path.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'

const points = z.array(z.object({ epoch: z.number(), rotation: z.number() }))

const expectedSchema = z.object({
  title: z.string(),
  source: z.string(),
  quantities: z.array(
    z.object({
      title: z.string(),
      digits: z.int().min(0).max(20),
      tolerance: z.union([z.object({ within: z.number() }), z.object({ atLeast: z.number() })], {
        error: 'an object with within or atLeast',
      }),
    }),
  ),
  rowTitle: z.string(),
  rows: z.array(
    z.object({
      label: z.string(),
      comparisons: z.array(z.object({ ours: z.number().nullable(), expected: z.number().optional() })),
    }),
  ),
  note: z.string(),
})

/** @param runs the number of runs that a published curve can belong to */
const optionsSchema = (runs: number) =>
  strictObject({
    title: z.string().optional(),
    lead: z.string().optional(),
    expected: expectedSchema.optional(),
    comparison: strictObject({
      layer: z.string().optional(),
      published: z.array(z.object({ run: z.int().min(0).lt(runs), points })).optional(),
    }).optional(),
  })

const argumentsSchema = z.object({
  runs: z.array(z.custom<Run>(isRun, 'a run, as openRun returns it')),
  into: pathSchema,
})

/** Checks the arguments of writeReport before anything is written. @throws {LayerRotationError} INVALID_CONFIG */
export function requireReportArguments(runs: unknown, into: unknown, options: unknown): void {
  const { runs: checked } = validate(argumentsSchema, { runs, into }, 'writeReport')
  requireOptions(options, 'writeReport')
  validate(optionsSchema(checked.length), options, 'writeReport')
}

/** A promise of a run, which misses its await, is none. */
export function isRun(value: unknown): boolean {
  const run = value as Partial<Run> | null | undefined
  return typeof run?.folder === 'string' && Array.isArray(run.metrics) && typeof run.layers === 'function'
}
