import { z } from 'zod'
import { pathSchema } from '../../validation/path.js'
import { strictObject } from '../../validation/strict-object.js'
import { initializerSchema } from '../initializer.js'
import { layerKeys } from './keys.js'

const fromFileSchema = strictObject({
  /** The source of the values: the file itself, with the weights that the module had when it was exported. */
  type: z.literal('file'),
})

/** The initial weights of an exported network. */
export const exportedInit = z.discriminatedUnion('type', [fromFileSchema, ...initializerSchema.options])

const shape = z.array(z.int().min(1)).min(1).max(20)

/** A name of PyTorch: `0.weight`, `blocks.3.attn.qkv.weight`. */
export const tensorName = z
  .string()
  .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/)
  .max(500)

const tensorSchema = strictObject({
  /** The name in `state_dict`. */
  name: tensorName,
  /** 'parameter' if training may change it, 'buffer' if only the network itself does. */
  kind: z.enum(['parameter', 'buffer']),
  /** The sizes along its dimensions; none for a single number. */
  shape: z.array(z.int().min(0)).max(20),
})

const partSchema = strictObject({
  /** The name of the layer, or of the module that has the tensors. */
  name: tensorName,
  /** The operator that takes the first of the tensors. */
  operator: z.string().max(100),
  /** The shape of an example after that operator; empty if it has another first dimension than the batch. */
  output: z.array(z.int().min(0)).max(20),
  /** The tensor whose rotation is measured; null if there is none. */
  weight: tensorName.nullable(),
  /** The parameters and buffers by their names in `state_dict`. */
  tensors: z.array(tensorSchema).min(1),
})

export const exportedSchema = strictObject({
  ...layerKeys('exported'),
  /** The file, as `export_model.py` made it. */
  file: pathSchema,
  /** The SHA-256 of the file in hexadecimal: another file is another network. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** The initial weights of two and more dimensions; all other tensors begin as they are in the file. */
  init: exportedInit,
  /**
   * The kind of examples: 'numbers', such as normalised pixels, or 'tokens', the ids of data of type tokens.
   *
   * @default "numbers"
   */
  inputType: z.enum(['numbers', 'tokens']).default('numbers'),
  /** The shape of an example. */
  input: shape,
  /** The shape of its result. */
  output: shape,
  /** The parameters and buffers in forward order, by layers and modules. */
  parts: z.array(partSchema).max(10_000),
})

/** A network that was exported from PyTorch. */
export type Exported = z.output<typeof exportedSchema>

/** Some of its tensors: a weight with what belongs to it, or those of a module without a weight. */
export type ExportedPart = z.output<typeof partSchema>
