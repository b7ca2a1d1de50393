import type { OptimizerConfig, RuleConfig } from '../../src/optimizer/optimizer.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import type { Vector } from '../native/support/vectors.js'

/** The facts about a control that its file in controls/ gives to the tests of all controls. */
export interface ControlProof<Config extends OptimizerConfig> {
  /**
   * Controls as their constructors make them, and the configs that these are. The first is around `someRule`, without
   * options: its config is that of the article or of its authors' code.
   */
  made: [[made: Config, expected: Config], ...[made: Config, expected: Config][]]
  /** The parameters that train where no group says otherwise. */
  trains: 'weights of layers' | 'everything'
  /** Configs that follow the reference, by name. */
  cases: Record<string, (rule: RuleConfig) => Config>
  /** Names of cases under which a lone weight jumps to and fro around 0: its rounding errors grow from jump to jump. */
  jumping?: string[]
  /** The formulas in fp64. */
  reference(config: Config, layer: ReferenceUnits): ReferenceControl
  refused: [make: () => unknown, message: string][]
  labels: [config: Config, label: string, text: string][]
}

/** A rule with an option, which the configs in `made` have inside. */
export const someRule = sgd({ momentum: 0.9 })

/** The initial weights of a layer and the number of weights a neuron. */
export interface ReferenceUnits {
  initial: Vector
  rowSize: number
}

/** A control on one layer, in fp64 and with its own state. */
export interface ReferenceControl {
  /** Returns the gradient that the rule sees; by default g + decay·w. */
  gradient?(given: { weights: Vector; gradient: Vector; decay: number; rate: number }): Vector
  /** Returns the weights after the step; by default the update is added, beside decoupled decay. */
  apply?(proposal: Proposal): Float64Array
}

export interface Proposal {
  weights: Vector
  /** The gradient of the loss. */
  gradient: Vector
  /** The update that the rule would add to the weights, without decoupled decay. */
  update: Vector
  rate: number
  /** c of coupled decay, which `update` has in it and `gradient` has not. */
  decay: number
  /** rate·c of decoupled decay. */
  shrinkage: number
}
