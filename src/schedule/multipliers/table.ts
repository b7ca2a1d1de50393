import { z } from 'zod'
import { LayerRotationError } from '../../errors.js'
import { monitoredLayers } from '../../model/describe-model.js'
import type { LayerSpec } from '../../model/layers.js'
import type { Options } from '../../validation/constructor.js'
import { fp32 } from '../../validation/fp32.js'
import { requireOptions } from '../../validation/options.js'
import { requireFunction, returned } from '../../validation/returned.js'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'

const factor = fp32(z.number().min(0))

export const tableSchema = strictObject({
  /** Selects multipliers from a table. */
  type: z.literal('table'),
  /** The multipliers by name of the layer, finite numbers of at least 0. */
  layers: z.record(z.string(), factor),
  /**
   * The multiplier of all other layers, a finite number of at least 0.
   * @default 1
   */
  others: factor.default(1),
})

export type MultiplierTableConfig = z.output<typeof tableSchema>

/**
 * A multiplier for each layer that is named, and one for all others.
 *
 *     layerMultipliers({ dense0: 0.1 })                // dense0 at a tenth of the rate
 *     layerMultipliers({ dense1: 1 }, { others: 0 })   // dense1 alone
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function layerMultipliers(
  layers: Readonly<Record<string, number>>,
  options: Options<typeof tableSchema, 'layers'> = {},
): MultiplierTableConfig {
  requireOptions(options, 'layerMultipliers', 'layers')
  return validate(tableSchema, { type: 'table', layers, ...options }, 'layerMultipliers')
}

/**
 * The table of a function of the monitored layers, which is called once for each of them in forward order.
 *
 *     multipliersFrom((layer, index, layers) => 2 ** (index - layers.length + 1), vgg25())   // each twice the one before
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function multipliersFrom(
  multiplier: (layer: string, index: number, layers: readonly string[]) => number,
  model: { readonly layers: readonly LayerSpec[] },
): MultiplierTableConfig {
  requireFunction(multiplier, 'multipliersFrom: the multiplier')
  const layers = monitoredLayers((model as typeof model | null | undefined)?.layers as readonly LayerSpec[])
  const entries = layers.map((layer, index) => {
    const value = multiplier(layer, index, layers)
    if (typeof value === 'number' && value >= 0 && value < Infinity) return [layer, value] as const
    const message = `multipliersFrom: the function returns ${returned(value)} for ${layer}; expected a finite number of at least 0`
    throw new LayerRotationError('INVALID_CONFIG', message)
  })
  return layerMultipliers(Object.fromEntries(entries))
}

/** @returns the multiplier of each layer */
export function tableFactors({ layers: table, others }: MultiplierTableConfig, layers: readonly string[]): number[] {
  return layers.map((layer) => (Object.hasOwn(table, layer) ? table[layer]! : others))
}
