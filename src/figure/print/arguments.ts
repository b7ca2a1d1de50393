import { z } from 'zod'
import { requireOptions } from '../../validation/options.js'
import { pathSchema } from '../../validation/path.js'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import type { Drawable } from './subjects.js'

export const formats = ['svg', 'png', 'pdf'] as const

const names = z.array(z.string().min(1)).min(1)

const ascending = "expected 'fitted' or two ascending numbers"

const schema = strictObject({
  /** Columns of layers.csv or metrics.csv, each of which gets a panel. */
  quantity: z.union([z.string().min(1), names.max(8)]).default('rotation'),
  layers: names.optional(),
  over: z.enum(['epoch', 'step']).optional(),
  compare: z.enum(['layers', 'runs']).optional(),
  axis: z
    .union([z.literal('fitted'), z.tuple([z.number(), z.number()]).refine(([low, high]) => low < high, ascending)], {
      error: "'fitted' or two ascending numbers",
    })
    .optional(),
  format: z.array(z.enum(formats)).min(1).optional(),
  width: z.number().min(20).max(1000).default(85),
  height: z.number().min(15).max(1000).optional(),
  font: pathSchema.optional(),
  fontSize: z.number().min(3).max(40).default(8),
  dpi: z.number().min(36).max(4800).default(600),
})

const argumentsSchema = z.object({
  runs: z
    .array(
      z.custom<Drawable>(
        isDrawable,
        'a run, a study or measurements, as openRun, openStudy and openMeasurement return them',
      ),
    )
    .min(1),
  output: pathSchema,
})

/** Checks the arguments of writeFigure. @throws {LayerRotationError} INVALID_CONFIG */
export function requireFigureArguments(runs: unknown, output: unknown, options: unknown) {
  validate(argumentsSchema, { runs, output }, 'writeFigure')
  requireOptions(options, 'writeFigure')
  return validate(schema, options ?? {}, 'writeFigure')
}

function isDrawable(value: unknown): boolean {
  const one = value as Record<string, unknown> | null | undefined
  if (typeof one?.['folder'] !== 'string') return false
  if (Array.isArray(one['axes'])) return Array.isArray(one['rows']) && typeof one['name'] === 'string'
  const table = one['table'] as Record<string, unknown> | null | undefined
  if (typeof table === 'object' && table !== null)
    return Array.isArray(table['layers']) && typeof table['column'] === 'function'
  return Array.isArray(one['metrics']) && typeof one['layers'] === 'function' && typeof one['rotation'] === 'object'
}
