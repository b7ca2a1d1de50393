import { z } from 'zod'

/**
 * The part of a graph of `torch.export` that is used (its schema 8; torch/_export/serde/schema.py). Keys that are not here, such as
 * the places in the user's source, are passed over.
 */

const name = z.string().min(1).max(1000)

const size = z.union([
  z.object({ as_int: z.int().min(0) }),
  z.object({ as_expr: z.object({ expr_str: z.string() }) }).transform(() => ({ as_int: null })),
])

const strides = z.array(z.object({ as_int: z.int() }))

/** A tensor's type and place in memory. */
export const tensorMetaSchema = z.object({
  dtype: z.int(),
  sizes: z.array(z.object({ as_int: z.int().min(0) })),
  strides,
  storage_offset: z.object({ as_int: z.int().min(0) }),
})

export type TensorMeta = z.output<typeof tensorMetaSchema>

const tensorName = z.object({ name })
/** JSON has no infinite numbers: PyTorch writes their names. */
const float = z.union([z.number(), z.enum(['Infinity', '-Infinity', 'NaN']).transform(Number)])
const symInt = z.union([z.object({ as_name: name }), z.object({ as_int: z.number() })])
const symFloat = z.union([z.object({ as_name: name }), z.object({ as_float: float })])
const symBool = z.union([z.object({ as_name: name }), z.object({ as_bool: z.boolean() })])

const argument = z.union([
  z.strictObject({ as_none: z.unknown() }),
  z.strictObject({ as_tensor: tensorName }),
  z.strictObject({ as_tensors: z.array(tensorName) }),
  z.strictObject({
    as_optional_tensors: z.array(
      z.union([z.object({ as_tensor: tensorName }), z.object({ as_none: z.unknown() }).transform(() => null)]),
    ),
  }),
  z.strictObject({ as_int: z.number() }),
  z.strictObject({ as_ints: z.array(z.number()) }),
  z.strictObject({ as_float: float }),
  z.strictObject({ as_floats: z.array(float) }),
  z.strictObject({ as_bool: z.boolean() }),
  z.strictObject({ as_bools: z.array(z.boolean()) }),
  z.strictObject({ as_string: z.string().max(1000) }),
  z.strictObject({ as_sym_int: symInt }),
  z.strictObject({ as_sym_ints: z.array(symInt) }),
  z.strictObject({ as_sym_float: symFloat }),
  z.strictObject({ as_sym_bool: symBool }),
  z.strictObject({ as_scalar_type: z.int() }),
  z.strictObject({ as_memory_format: z.int() }),
  z.strictObject({ as_layout: z.int() }),
  z.strictObject({ as_device: z.unknown() }),
])

export type GraphArgument = z.output<typeof argument>

const node = z.object({
  target: z.string().max(1000),
  inputs: z.array(z.object({ name: z.string().max(1000), arg: argument })),
  outputs: z.array(argument),
})

export type GraphNode = z.output<typeof node>

const inputSpec = z.union([
  z.object({ parameter: z.object({ arg: tensorName, parameter_name: name }) }),
  z.object({ buffer: z.object({ arg: tensorName, buffer_name: name, persistent: z.boolean() }) }),
  z.object({ tensor_constant: z.object({ arg: tensorName, tensor_constant_name: name }) }),
  z.object({ user_input: z.object({ arg: z.object({ as_tensor: tensorName }) }) }),
])

const outputSpec = z.union([
  z.object({ user_output: z.object({ arg: z.object({ as_tensor: tensorName }) }) }),
  z.object({ buffer_mutation: z.object({ arg: tensorName, buffer_name: name }) }),
])

/** A graph of an exported module. */
export const programSchema = z.object({
  schema_version: z.object({ major: z.int() }),
  graph_module: z.object({
    graph: z.object({
      nodes: z.array(node).max(100_000),
      tensor_values: z.record(z.string(), z.object({ dtype: z.int(), sizes: z.array(size) })),
    }),
    signature: z.object({ input_specs: z.array(inputSpec), output_specs: z.array(outputSpec) }),
  }),
})

export type ExportedGraph = z.output<typeof programSchema>['graph_module']

/** The places of tensors by their names. */
export const tensorListSchema = z.object({
  config: z.record(z.string(), z.object({ path_name: name, use_pickle: z.boolean(), tensor_meta: tensorMetaSchema })),
})

export type TensorList = z.output<typeof tensorListSchema>['config']
