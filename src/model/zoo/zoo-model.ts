import type { z } from 'zod'
import type { OptionsArgument } from '../../validation/constructor.js'
import type { Input } from '../../validation/input.js'
import { requireOptions } from '../../validation/options.js'
import { validate } from '../../validation/validate.js'
import type { LayerSpec } from '../layers.js'

/** A model that was made from a network of the zoo. */
export interface ZooModel<Name extends string> {
  /** The name of the network. */
  type: Name
  layers: LayerSpec[]
}

/** A function that builds a network of the zoo from its options. */
export type ZooFunction<Name extends string, Schema> = (...options: OptionsArgument<Input<Schema>>) => ZooModel<Name>

/**
 * Makes the function that builds a network of the zoo: it takes the options, checks them and fills in the defaults.
 *
 *     export const mlp: ZooFunction<'mlp', typeof mlpSchema> = modelOf('mlp', mlpSchema, mlpLayers)   // mlp({ hidden: [784] })
 *
 * The function throws LayerRotationError INVALID_CONFIG.
 */
export function modelOf<const Name extends string, Schema extends z.ZodObject>(
  name: Name,
  schema: Schema,
  layers: (options: z.output<Schema>) => LayerSpec[],
): ZooFunction<Name, Schema> {
  return (...[options = {}]) => {
    requireOptions(options, name)
    return { type: name, layers: layers(validate<Schema>(schema, options, name)) }
  }
}
