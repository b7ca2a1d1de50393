import type { Vector } from '../native/support/vectors.js'

/** The facts about a rule that its file in rules/ gives to the tests of all rules. */
export interface RuleProof<Config> {
  /** The rule as its constructor makes it without options, and the config that this is in the sources of the rule. */
  usual: [made: Config, expected: Config]
  /** Configs that follow the reference, by name. */
  cases: Record<string, Config>
  /** Names of cases, one for each formula of the rule for which the addon compiles passes over memory. */
  formulas?: string[]
  /** The formulas in fp64, for a weight of `size` numbers, `rowSize` a neuron. */
  reference(config: Config, size: number, rowSize: number): ReferenceRule
  refused: [make: () => unknown, message: string][]
  labels: [config: Config, label: string, text: string][]
  /** Configs that agree with the PyTorch baseline, by name: the net that they train and the rate at which they do. */
  baseline: Record<string, [config: Config, net: 'paper' | 'plain', rate: number]>
}

/**
 * An update rule on one layer, in fp64 and with its own state: what it adds to the weights. The gradient is that which the
 * rule sees, with the coupled decay.
 */
export type ReferenceRule = (gradient: Vector, rate: number, weights: Vector) => Vector

/** An epsilon as large as the gradients' numbers, so that its place in the formula shows. */
export const largeEpsilon = 1e-2
