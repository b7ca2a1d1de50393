import type { z } from 'zod'

/**
 * The type of a value that a schema accepts. It equals `z.input`, except that every key keeps the doc comment that it has in
 * the schema: an editor shows it to whoever fills in the value, and `scripts/setup/` takes the JSON Schema's descriptions
 * from there. zod's own type drops doc comments, because it renames keys on its way.
 */
export type Input<Schema> =
  Schema extends z.ZodObject<infer Shape>
    ? ObjectInput<Shape>
    : Schema extends z.ZodDefault<infer Inner> | z.ZodPrefault<infer Inner> | z.ZodOptional<infer Inner>
      ? Input<Inner> | undefined
      : Schema extends z.ZodNullable<infer Inner>
        ? Input<Inner> | null
        : Schema extends z.ZodArray<infer Element>
          ? Input<Element>[]
          : Schema extends z.ZodDiscriminatedUnion<infer Members>
            ? Input<Members[number]>
            : Schema extends z.ZodPipe<infer From>
              ? Input<From>
              : z.input<Schema>

/** Mapped over `Pick`, which keeps the declarations of keys, required and optional keys apart. */
type ObjectInput<Shape> = Flat<
  { [Key in keyof Pick<Shape, RequiredKey<Shape>>]: Input<Shape[Key]> } & {
    [Key in keyof Pick<Shape, OptionalKey<Shape>>]?: Input<Shape[Key]>
  }
>

type OptionalKey<Shape> = {
  [Key in keyof Shape]: Shape[Key] extends { _zod: { optin: 'optional' | 'defaulted' } } ? Key : never
}[keyof Shape]

type RequiredKey<Shape> = Exclude<keyof Shape, OptionalKey<Shape>>

/** One object type instead of an intersection, which editors show better. */
type Flat<Value> = { [Key in keyof Value]: Value[Key] } & {}

/** A type whose values may also be read-only, such as what `as const` makes of a literal. */
export type DeepReadonly<Value> = Value extends object
  ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
  : Value
