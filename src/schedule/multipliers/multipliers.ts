import { z } from 'zod'
import { validate } from '../../validation/validate.js'
import { alphaFactors, alphaSchema } from './alpha.js'
import { tableFactors, tableSchema } from './table.js'

export const multipliersSchema = z.discriminatedUnion('type', [alphaSchema, tableSchema])

export type MultipliersConfig = z.output<typeof multipliersSchema>

const argumentsSchema = z.object({ multipliers: multipliersSchema.nullable(), layers: z.array(z.string()) })

/**
 * The factors by which the learning rate of each layer is multiplied.
 *
 * @param config null for 1 everywhere
 * @param layers names of the monitored layers in forward order
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function layerFactors(config: MultipliersConfig | null, layers: readonly string[]): number[] {
  validate(argumentsSchema, { multipliers: config, layers }, 'layerFactors')
  switch (config?.type) {
    case undefined:
      return layers.map(() => 1)
    case 'alpha':
      return alphaFactors(config, layers.length)
    case 'table':
      return tableFactors(config, layers)
  }
}
