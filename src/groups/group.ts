import { z } from 'zod'
import { strictObject } from '../validation/strict-object.js'
import { parameterKinds } from './model-parameters.js'

/** A key that is misspelt is not missing, too. */
const when = ({ issues }: z.core.ParsePayload): boolean => issues.length === 0

const patterns = z.array(z.string().min(1)).min(1)

export const groupSchema = strictObject({
  /** Which parameters: those for which all that is said here holds. */
  match: strictObject({
    /** Patterns of layers' names, of which one must hold: `*` stands for any characters, dots too, `?` for one. */
    layers: patterns.optional(),
    /**
     * 'kernel' and 'bias': of a conv or dense layer; 'normalization': scale and shift of a normalisation; 'first' and
     * 'last': kernel and bias of the first or last conv or dense layer; 'shortcut': those of conv and dense layers in the
     * shortcut of a residual layer.
     */
    kind: z.enum(parameterKinds).optional(),
    /** Patterns of parameters' names in `state_dict`, of which one must hold, such as `*.bias`. */
    parameters: patterns.optional(),
  }).refine((match) => Object.values(match).some((condition) => condition !== undefined), {
    message: 'nothing says which parameters; expected layers, kind or parameters, such as layers: ["*"] for all',
    when,
  }),
  /** false freezes them; true trains biases or normalisation parameters beside layca, by the rule alone. */
  trained: z.boolean().optional(),
  /** Whether the optimizer's control, such as layca, applies; without it they follow the rule alone. true for kernels only. */
  controlled: z.boolean().optional(),
  /** What their learning rate is multiplied by, at least 0. */
  rate: z.number().min(0).optional(),
  /** c of c·w, at least 0, in place of that of the regularization (where l2 has twice its factor) or of adamW. */
  weightDecay: z.number().min(0).optional(),
}).refine(({ match: _, ...changes }) => Object.values(changes).some((change) => change !== undefined), {
  message: 'nothing is changed; expected trained, controlled, rate or weightDecay',
  when,
})

/**
 * Settings of some of a model's parameters, in place of those that optimizer and regularization give them. Of several groups
 * that match a parameter the last one decides, key by key.
 *
 *     { match: { kind: 'bias' }, trained: true }                 // biases train, too, beside layca
 *     { match: { layers: ['dense*'] }, controlled: false }       // but these layers follow the rule alone
 *     { match: { kind: 'shortcut' }, rate: 0.5 }                 // half the learning rate
 *     { match: { kind: 'normalization' }, weightDecay: 0 }       // no decay
 */
export type GroupConfig = z.output<typeof groupSchema>
