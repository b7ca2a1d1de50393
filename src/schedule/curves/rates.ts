import { z } from 'zod'

/** What the schedules' schemas have in common. */

/** A rate to start from, a finite number above 0. */
export const rate = z.number().positive()

/** A rate to end at, a finite number, at least 0. */
export const finalRate = z.number().min(0).default(0)

/** Epochs that a schedule stretches over, not necessarily whole; null for those of the run. */
export const length = z.number().positive().nullable().default(null)
