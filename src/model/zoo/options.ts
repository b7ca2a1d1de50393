import { z } from 'zod'

/** Value types that networks share; the bounds keep a slip from building millions of layers. */
export const classes = z.int().min(2)
export const width = z.int().min(1)
export const repetitions = z.int().min(1).max(100)
export const convolutionsPerStage = z.array(repetitions).min(1).max(10)
