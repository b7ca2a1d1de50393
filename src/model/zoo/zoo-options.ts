import { z } from 'zod'

/** Options that networks of the zoo share; the bounds keep a slip from building millions of layers. */
export const classes = (usual: number) => z.int().min(2).default(usual)
export const width = (usual: number) => z.int().min(1).default(usual)
export const repetitions = z.int().min(1).max(100)
