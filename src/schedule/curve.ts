import { z } from 'zod'
import { entryOf, schemasOf } from '../validation/registry.js'
import curves from './curves/curves.js'
import type { ScheduleType } from './schedule-type.js'

/** A schedule that contains no other one. */
export const curveSchema = z.discriminatedUnion('type', schemasOf(curves))

export type CurveConfig = z.output<typeof curveSchema>

/** Returns the registry's entry for a curve. */
export const curveType = (curve: CurveConfig): ScheduleType<CurveConfig> =>
  entryOf<ScheduleType<CurveConfig>>(curves, curve)
