import type { z } from 'zod'
import type { ErrorCode } from '../errors.js'
import { withInferredData } from '../data/infer-data.js'
import { mostCounted, validate } from '../validation/validate.js'
import { contradictions } from './checks/checks.js'
import { experimentSchema, type ExperimentConfig, type ExperimentInput } from './config.js'

/** Values that are right by themselves are then checked against each other. */
const checkedSchema: z.ZodType<ExperimentConfig> = experimentSchema.superRefine((config, context) => {
  if (context.issues.length > 0) return
  for (const { path, message } of contradictions(config)) {
    context.addIssue({ code: 'custom', path, message })
    if (context.issues.length === mostCounted) return
  }
})

/**
 * Checks an experiment and fills in its defaults.
 *
 * @throws {LayerRotationError} INVALID_CONFIG, naming path, value and expectation of everything that is wrong; MISSING_FILE,
 *   INVALID_FILE, READ_FAILED for data whose files tell what the experiment does not
 */
export function experiment(input: ExperimentInput): ExperimentConfig {
  return completeExperiment(input, subjectOf(input))
}

/**
 * Does the same with what a person wrote in a file: keys of the data that their files tell are filled in.
 *
 * @throws {LayerRotationError} INVALID_CONFIG; MISSING_FILE, INVALID_FILE, READ_FAILED
 */
export function completeExperiment(written: unknown, subject: string): ExperimentConfig {
  return validateExperiment(withInferredData(written), subject)
}

/** Does the same with a value that was read from a file. */
export function validateExperiment(input: unknown, subject: string, code?: ErrorCode): ExperimentConfig {
  return validate(checkedSchema, input, subject, code)
}

function subjectOf(input: unknown): string {
  const name: unknown = (input as { name?: unknown } | null | undefined)?.name
  return typeof name === 'string' ? `experiment ${JSON.stringify(name)}` : 'experiment'
}
