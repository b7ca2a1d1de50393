import type { Initializer } from '../initializer.js'

/** A network as operators of LibTorch on its tensors. */
export interface Program {
  /** Parameters and buffers in forward order. */
  tensors: ProgramTensor[]
  training: ProgramGraph
  evaluation: ProgramGraph
}

export interface ProgramTensor {
  /** The name in `state_dict`. */
  name: string
  /** The name of the layer whose weight it is; '' for any other tensor. */
  layer: string
  kind: 'parameter' | 'buffer'
  shape: readonly number[]
  data: Float32Array
  /** The distribution of the initial values instead of `data`; null for those. */
  init: Initializer | null
}

/** The types of a program's constants. */
export type ConstantType = 'U8' | 'I8' | 'I16' | 'I32' | 'I64' | 'F16' | 'BF16' | 'F32' | 'F64' | 'BOOL'

/** One graph of a program. Its values are numbered; its inputs come first. */
export interface ProgramGraph {
  /** The number of values. */
  values: number
  /** The value that is the batch of examples. */
  examples: number
  /** The values that are tensors of the program. */
  tensors: readonly { value: number; tensor: number }[]
  /** The values that never change. */
  constants: readonly { value: number; type: ConstantType; shape: readonly number[]; data: Uint8Array }[]
  nodes: readonly ProgramNode[]
  /** The value that is the result, [batch, …output]. */
  output: number
  /** True if an operator draws random numbers. */
  isRandom: boolean
}

export interface ProgramNode {
  /** The first value that it makes in the file, such as `conv2d_1`, for errors. */
  name: string
  /** An operator such as `aten::conv2d`, or arithmetic on sizes such as `integer::mul`. */
  operator: string
  overload: string
  arguments: readonly ProgramArgument[]
  /** The values that it makes; -1 for results that nothing uses. */
  results: readonly number[]
  /** True if the results are the elements of one list. */
  isList: boolean
  /** The values that no later node uses. */
  releases: number[]
}

/** An argument by its name in the operator's schema. An integer of null is the largest, 2⁶³ − 1. */
export type ProgramArgument = { name: string } & (
  | { kind: 'none' | 'device' }
  | { kind: 'value'; value: number }
  | { kind: 'values' | 'optionalValues'; values: readonly number[] }
  | { kind: 'integer'; integer: number | null }
  | { kind: 'integers'; integers: readonly ({ integer: number | null } | { value: number })[] }
  | { kind: 'float'; float: number }
  | { kind: 'floats'; floats: readonly number[] }
  | { kind: 'boolean'; boolean: boolean }
  | { kind: 'booleans'; booleans: readonly boolean[] }
  | { kind: 'string'; string: string }
  | { kind: 'type'; type: string }
  | { kind: 'memoryFormat'; format: string }
)
