import { z } from 'zod'
import { alphaFactors, alphaSchema } from './alpha.js'
import { tableFactors, tableSchema } from './table.js'

export const multipliersSchema = z.discriminatedUnion('type', [alphaSchema, tableSchema])

export type MultipliersConfig = z.output<typeof multipliersSchema>

/**
 * The factors by which the learning rate of each layer is multiplied.
 *
 * @param config null for 1 everywhere
 * @param layers names of the monitored layers in forward order
 */
export function layerFactors(config: MultipliersConfig | null, layers: readonly string[]): number[] {
  switch (config?.type) {
    case undefined:
      return layers.map(() => 1)
    case 'alpha':
      return alphaFactors(config, layers.length)
    case 'table':
      return tableFactors(config, layers)
  }
}
