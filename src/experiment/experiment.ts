import { z } from 'zod'
import { dataSchema, dataShape } from '../data/data.js'
import type { ErrorCode } from '../errors.js'
import { modelSchema, type ModelInput } from '../model/model.js'
import { findMisfit } from '../model/shapes.js'
import { optimizerSchema } from '../optimizer/optimizer.js'
import { learningRateSchema } from '../schedule/schedule.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'

/** A name that is a folder's name on every system. */
export const folderName = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/,
    'a name of letters, digits, ., - and _, at most 100 (it becomes a folder)',
  )

const experimentSchema = strictObject({
  name: folderName,
  data: dataSchema,
  model: modelSchema,
  optimizer: optimizerSchema,
  learningRate: learningRateSchema,
  epochs: z.int().min(1),
  /** Images a step; the last step of an epoch takes what remains. At most the training images. */
  batchSize: z.int().min(1),
  /** 0 … 2³²-1. Decides the subset, the initial weights, the order of images and the dropout masks. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
  /** 'auto' (CUDA where there is one, else the CPU), 'cpu', 'cuda' or 'cuda:N'. */
  device: z
    .string()
    .regex(/^(auto|cpu|cuda(:\d{1,3})?)$/, 'auto, cpu, cuda or cuda:N')
    .default('auto'),
  /** CPU threads; null for LibTorch's choice, one a core. */
  threads: z.int().min(1).max(1024).nullable().default(null),
  record: strictObject({
    /** Rotation, angle, norm and rate of each layer after every step, into steps/*.parquet. */
    steps: z.boolean().default(false),
  }).prefault({}),
}).superRefine((config, context) => {
  if (context.issues.length > 0) return
  for (const { path, message } of contradictions(config)) context.addIssue({ code: 'custom', path, message })
})

/** All that decides a run's numbers, defaults filled in: config.json. */
export type ExperimentConfig = z.output<typeof experimentSchema>

/** What a user writes: an experiment without its defaults. */
export type ExperimentInput = DeepReadonly<Omit<z.input<typeof experimentSchema>, 'model'> & { model: ModelInput }>

/** Takes what `as const` makes of a literal. */
type DeepReadonly<Value> = Value extends object ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> } : Value

/**
 * Checks an experiment and fills in its defaults.
 *
 * @throws {LayerRotationError} INVALID_CONFIG, naming path, value and expectation of everything that is wrong
 */
export function experiment(input: ExperimentInput): ExperimentConfig {
  return validateExperiment(input, subjectOf(input))
}

/** As `experiment`, for what was read from a file. */
export function validateExperiment(input: unknown, subject: string, code?: ErrorCode): ExperimentConfig {
  return validate(experimentSchema, input, subject, code)
}

function subjectOf(input: unknown): string {
  const name: unknown = (input as { name?: unknown } | null | undefined)?.name
  return typeof name === 'string' ? `experiment ${JSON.stringify(name)}` : 'experiment'
}

/** What each part allows by itself, but not together with the others. */
function* contradictions(config: ExperimentConfig): Generator<{ path: (string | number)[]; message: string }> {
  const { inputShape, classes } = dataShape(config.data)
  const misfit = findMisfit(config.model.layers, inputShape, classes)
  if (misfit) yield { path: ['model', 'layers', ...misfit.path], message: misfit.message }
}
