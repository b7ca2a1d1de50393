import type { z } from 'zod'
import type { DeepReadonly, Input } from './input.js'
import { requireOptions } from './options.js'
import { validate } from './validate.js'

/** A schema of objects that are told apart by their `type`. */
type TypedObject = z.ZodObject<{ type: z.ZodLiteral<string> }>

/** The same, or one whose output is computed from several of its keys. */
type TypedSchema = TypedObject | z.ZodPipe<TypedObject>

/** Returns the type that a typed schema accepts. */
export const typeOf = (schema: TypedSchema): string => ('in' in schema ? schema.in : schema).shape.type.value

/** The keys of a typed schema that a constructor takes as its options. */
export type Options<Schema, Positional extends string = never> = Omit<Input<Schema>, 'type' | Positional>

/** One argument, which may be left out where no option is required. */
export type OptionsArgument<Values> = object extends Values
  ? [options?: DeepReadonly<Values>]
  : [options: DeepReadonly<Values>]

/**
 * A function that makes a config of a type from its options. `Shared` are the keys that the schema has from another file, with
 * their words, which declaration files would otherwise lose.
 */
export type Constructor<Schema, Shared = unknown> = (
  ...options: OptionsArgument<Omit<Options<Schema>, keyof Shared> & Shared>
) => z.output<Schema>

/** The same with one option as the first argument. */
export type ConstructorWith<Schema, First extends keyof Input<Schema> & string> = (
  value: DeepReadonly<Input<Schema>[First]>,
  ...options: OptionsArgument<Options<Schema, First>>
) => z.output<Schema>

/**
 * Returns the function that makes a config of a type: it takes the options, checks them and fills in the defaults.
 *
 *     export const adam: Constructor<typeof schema> = constructorOf(schema)   // adam({ beta2: 0.99 })
 *
 * The type is written out so that declaration files refer to the schema, which has the words of the keys. The function throws
 * LayerRotationError INVALID_CONFIG.
 */
export function constructorOf<Schema extends TypedSchema>(schema: Schema): Constructor<Schema> {
  const type = typeOf(schema)
  return (...[options]) => {
    requireOptions(options, type)
    return validate(schema, { type, ...options }, type) as z.output<Schema>
  }
}

/**
 * Returns the same function with one option as the first argument.
 *
 *     export const layca: ConstructorWith<typeof schema, 'rule'> = constructorWith(schema, 'rule')   // layca(sgd())
 */
export function constructorWith<Schema extends TypedSchema, First extends keyof Input<Schema> & string>(
  schema: Schema,
  first: First,
): ConstructorWith<Schema, First> {
  const type = typeOf(schema)
  return (value, ...[options]) => {
    requireOptions(options, type, first)
    return validate(schema, { type, [first]: value, ...options }, type) as z.output<Schema>
  }
}
