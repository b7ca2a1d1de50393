import type { Shape } from '../shape.js'

/** A parameter, which training may change, or a buffer, which evaluation needs besides. */
export interface TensorShape {
  /** The name within its layer, as in `state_dict`: `weight`, `bias`, `running_mean`, `running_var`. */
  name: string
  kind: 'parameter' | 'buffer'
  shape: Shape
}

export const parameter = (name: string, shape: Shape): TensorShape => ({ name, kind: 'parameter', shape })
export const buffer = (name: string, shape: Shape): TensorShape => ({ name, kind: 'buffer', shape })
