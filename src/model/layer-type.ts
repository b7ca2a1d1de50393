import type { z } from 'zod'
import type { Shape } from '../shape.js'
import type { TensorShape } from './tensors.js'

/** A schema of layers of one type. */
export type LayerSchema = z.ZodType<{ type: string; name: string }>

/** A type of layers: its keys and all that follows from them without computing. */
export interface LayerType<Schema extends LayerSchema = LayerSchema> {
  schema: Schema
  /**
   * The shape that the layer makes of an example of shape `input`.
   *
   * @throws {Refusal} if the layer cannot take such examples
   */
  outputShape(layer: z.output<Schema>, input: Shape): Shape
  /** Parameters and buffers in the order of PyTorch's `state_dict`; a layer without this method has none. */
  tensors?(layer: z.output<Schema>, input: Shape): TensorShape[]
  /** The settings that decide the shape, in a few characters that follow the type in a table: `3×3 /2`. */
  summary?(layer: z.output<Schema>): string
  /** The settings that a description of a small model names after the layer, in parentheses: `32 of 3 × 3`. */
  caption?(layer: z.output<Schema>): string
  /** true: the layer's `weight` is a layer in the sense of layer rotation. */
  isMonitored?: boolean
}

/** Infers the schema's type, so that the methods know the keys of their layer. */
export const layerType = <Schema extends LayerSchema>(type: LayerType<Schema>): LayerType<Schema> => type

/** The output shape of layers that work on each number by itself, or keep the shape for another reason. */
export const sameShape = (_layer: unknown, input: Shape): Shape => input
