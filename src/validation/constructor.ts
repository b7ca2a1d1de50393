import type { z } from 'zod'
import type { DeepReadonly, Input } from './input.js'
import { validate } from './validate.js'

/** A schema of objects that are told apart by their `type`. */
type TypedSchema = z.ZodObject<{ type: z.ZodLiteral<string> }>

/** The keys of a typed schema that a constructor takes as its options. */
export type Options<Schema, Positional extends string = never> = Omit<Input<Schema>, 'type' | Positional>

/** One argument, which may be left out where no option is required. */
type OptionsArgument<Values> = object extends Values
  ? [options?: DeepReadonly<Values>]
  : [options: DeepReadonly<Values>]

/**
 * The function that makes a config of a type: it takes the options, checks them and fills in the defaults.
 *
 *     export const adam = constructorOf(adamSchema)   // adam({ beta2: 0.99 })
 *
 * The function throws LayerRotationError INVALID_CONFIG.
 */
export function constructorOf<Schema extends TypedSchema>(
  schema: Schema,
): (...options: OptionsArgument<Options<Schema>>) => z.output<Schema> {
  const type = schema.shape.type.value
  return (...[options]) => validate(schema, { type, ...options }, type)
}

/**
 * The same with one option as the first argument.
 *
 *     export const layca = constructorWith(laycaSchema, 'rule')   // layca(sgd(), { per: 'neuron' })
 */
export function constructorWith<Schema extends TypedSchema, First extends keyof Input<Schema> & string>(
  schema: Schema,
  first: First,
): (
  value: DeepReadonly<Input<Schema>[First]>,
  ...options: OptionsArgument<Options<Schema, First>>
) => z.output<Schema> {
  const type = schema.shape.type.value
  return (value, ...[options]) => validate(schema, { type, [first]: value, ...options }, type)
}
