import { z } from 'zod'
import { constantSchedule, constantSchema } from './curves/constant.js'
import { cosineSchedule, cosineSchema } from './curves/cosine.js'
import { exponentialSchedule, exponentialSchema } from './curves/exponential.js'
import { linearSchedule, linearSchema } from './curves/linear.js'
import { oneCycleSchedule, oneCycleSchema } from './curves/one-cycle.js'
import { polynomialSchedule, polynomialSchema } from './curves/polynomial.js'
import type { RunLength, Schedule } from './run-length.js'
import { stepsSchedule, stepsSchema } from './curves/steps.js'
import { tabulatedSchedule, tabulatedSchema } from './curves/tabulated.js'

/** The schedules that stand by themselves, without another one inside. */
export const curveSchemas = [
  constantSchema,
  stepsSchema,
  exponentialSchema,
  polynomialSchema,
  linearSchema,
  cosineSchema,
  oneCycleSchema,
  tabulatedSchema,
] as const

export const curveSchema = z.discriminatedUnion('type', curveSchemas)

export type CurveConfig = z.output<typeof curveSchema>

/** @throws {LayerRotationError} INVALID_CONFIG where the config leaves the epochs to a run whose epochs are not given */
export function curve(config: CurveConfig, run: RunLength): Schedule {
  switch (config.type) {
    case 'constant':
      return constantSchedule(config)
    case 'steps':
      return stepsSchedule(config)
    case 'exponential':
      return exponentialSchedule(config)
    case 'polynomial':
      return polynomialSchedule(config, run)
    case 'linear':
      return linearSchedule(config, run)
    case 'cosine':
      return cosineSchedule(config, run)
    case 'oneCycle':
      return oneCycleSchedule(config, run)
    case 'tabulated':
      return tabulatedSchedule(config)
  }
}
