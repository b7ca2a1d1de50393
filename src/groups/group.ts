import { z } from 'zod'
import { fp32 } from '../validation/fp32.js'
import type { Input } from '../validation/input.js'
import { strictObject } from '../validation/strict-object.js'
import { parameterKinds } from './model-parameters.js'

/** A misspelt key is reported as unknown; to report the right one as missing, too, would mislead. */
const when = ({ issues }: z.core.ParsePayload): boolean => issues.length === 0

const patterns = z.array(z.string().min(1)).min(1)

const schema = strictObject({
  /** The conditions that a parameter must all fulfil to be in the group. */
  match: strictObject({
    /** Patterns of layer names, of which one must match: `*` stands for any characters, dots included, `?` for one. */
    layers: patterns.optional(),
    /**
     * The kind of parameter: 'kernel' and 'bias', the weight and bias of a conv or dense layer; 'normalization', scale and
     * shift of a normalisation; 'first' and 'last', weight and bias of the first or last conv or dense layer; 'shortcut',
     * those of conv and dense layers in the shortcut of a residual layer.
     */
    kind: z.enum(parameterKinds).optional(),
    /** Patterns of parameter names in `state_dict`, such as `*.bias`, of which one must match. */
    parameters: patterns.optional(),
  })
    .refine((match) => Object.values(match).some((condition) => condition !== undefined), {
      message: 'no condition is given; expected layers, kind or parameters, such as layers: ["*"] for all',
      when,
    })
    .meta({ minProperties: 1 }), // the same for editors
  /** Trains the parameters (true), such as biases beside layca by the rule alone, or freezes them (false). */
  trained: z.boolean().optional(),
  /**
   * Applies the optimizer's control, such as layca, to the parameters (true, for weights of layers only) or leaves them to the
   * rule alone (false).
   */
  controlled: z.boolean().optional(),
  /** The factor of their learning rate, at least 0. */
  rate: fp32(z.number().min(0)).optional(),
  /**
   * Their weight decay c of c·w, at least 0, instead of that of the regularization (twice its factor for l2) or of
   * adamW.
   */
  weightDecay: fp32(z.number().min(0)).optional(),
})
  .refine(({ match: _, ...changes }) => Object.values(changes).some((change) => change !== undefined), {
    message: 'the group changes nothing; expected trained, controlled, rate or weightDecay',
    when,
  })
  .meta({ minProperties: 2 }) // match and a change, for editors

/**
 * Settings of some of a model's parameters, instead of those that optimizer and regularization give them. Where several
 * groups that match a parameter set the same key, the last one decides.
 *
 *     { match: { kind: 'bias' }, trained: true }                 // biases also train beside layca
 *     { match: { layers: ['dense*'] }, controlled: false }       // but these layers follow the rule alone
 *     { match: { kind: 'shortcut' }, rate: 0.5 }                 // half the learning rate
 *     { match: { kind: 'normalization' }, weightDecay: 0 }       // no decay
 */
export type GroupConfig = z.output<typeof schema>

export interface GroupInput extends Input<typeof schema> {}

/** The same schema with named types, which keep the words of its keys in declaration files. */
export const groupSchema: z.ZodType<GroupConfig, GroupInput> = schema
