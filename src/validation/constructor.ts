import type { z } from 'zod'
import type { DeepReadonly, Input } from './input.js'
import { validate } from './validate.js'

/** A schema of objects that are told apart by their `type`. */
type TypedObject = z.ZodObject<{ type: z.ZodLiteral<string> }>

/** The same, or one whose output is computed from several of its keys. */
type TypedSchema = TypedObject | z.ZodPipe<TypedObject>

const typeOf = (schema: TypedSchema): string => ('in' in schema ? schema.in : schema).shape.type.value

/** The keys of a typed schema that a constructor takes as its options. */
export type Options<Schema, Positional extends string = never> = Omit<Input<Schema>, 'type' | Positional>

/** One argument, which may be left out where no option is required. */
export type OptionsArgument<Values> = object extends Values
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
  const type = typeOf(schema)
  return (...[options]) => validate(schema, { type, ...options }, type) as z.output<Schema>
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
  const type = typeOf(schema)
  return (value, ...[options]) => validate(schema, { type, [first]: value, ...options }, type) as z.output<Schema>
}
