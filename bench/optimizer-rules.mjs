import { adagrad, adam, adamW, effectiveSgd, normalizedSgd, rmsprop, sgd, sgdAdamMomentum } from 'layer-rotation'

/**
 * A rule, what of torch.optim does the same, and the bytes a parameter that it has to move.
 * @typedef {object} Contest
 * @property {import('layer-rotation').RuleConfig} rule
 * @property {[optimizer: string, options: object] | null} pytorch null where torch.optim has no such rule: foreach code
 * @property {number} bytes plain: the state read and written once (8 a moment), gradient and weights read, weights written
 * @property {number} laycaBytes in two passes: the state is moved, and inner products taken; then what gives the step is read
 *   again, weights read and written
 */

const momentum = 0.9
// torch.optim's velocity with dampening is Adam's first moment.
const adamMomentum = { momentum, dampening: momentum }

/** @type {Record<string, Contest>} */
export const contests = {
  sgd: { rule: sgd(), pytorch: ['SGD', { fused: true }], bytes: 12, laycaBytes: 20 },
  momentum: { rule: sgd({ momentum }), pytorch: ['SGD', { momentum, fused: true }], bytes: 20, laycaBytes: 28 },
  nesterov: {
    rule: sgd({ momentum, nesterov: true }),
    pytorch: ['SGD', { momentum, nesterov: true, fused: true }],
    bytes: 20,
    laycaBytes: 32,
  },
  sgdAdamMomentum: {
    rule: sgdAdamMomentum(),
    pytorch: ['SGD', { ...adamMomentum, fused: true }],
    bytes: 20,
    laycaBytes: 28,
  },
  adam: { rule: adam(), pytorch: ['Adam', { fused: true }], bytes: 28, laycaBytes: 40 },
  amsgrad: {
    rule: adam({ amsgrad: true }),
    pytorch: ['Adam', { amsgrad: true, fused: true }],
    bytes: 36,
    laycaBytes: 48,
  },
  adamW: { rule: adamW(), pytorch: ['AdamW', { fused: true }], bytes: 28, laycaBytes: 40 },
  rmsprop: { rule: rmsprop(), pytorch: ['RMSprop', { foreach: true }], bytes: 20, laycaBytes: 32 },
  adagrad: { rule: adagrad(), pytorch: ['Adagrad', { fused: true }], bytes: 20, laycaBytes: 32 },
  // The norm of the gradient, or of the weights, takes a pass before.
  normalizedSgd: { rule: normalizedSgd(), pytorch: null, bytes: 16, laycaBytes: 20 },
  effectiveSgd: { rule: effectiveSgd(), pytorch: null, bytes: 16, laycaBytes: 20 },
}
