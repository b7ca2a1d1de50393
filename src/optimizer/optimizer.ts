import { z } from 'zod'
import { laycaSchema } from './layca.js'
import { sgdSchema } from './sgd.js'

export const optimizerSchema = z.discriminatedUnion('type', [sgdSchema, laycaSchema])

export type OptimizerConfig = z.output<typeof optimizerSchema>
