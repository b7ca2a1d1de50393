import { adagrad, adam, adamW, effectiveSgd, muon, normalizedSgd, rmsprop, sgd, sgdAdamMomentum } from 'layer-rotation'

const { default: registry } = /** @type {typeof import('../src/optimizer/rules/rules.js')} */ (
  await import(new URL('../dist/optimizer/rules/rules.js', import.meta.url).href)
)

/**
 * A rule, its counterpart in torch.optim, and the bytes that it has to move for each parameter.
 * @typedef {object} Contest
 * @property {import('layer-rotation').RuleConfig} rule
 * @property {[optimizer: string, options: object] | null} pytorch null if torch.optim has no such rule; foreach code
 *   replaces it
 * @property {number | null} bytes of the rule alone: the state is read and written once (8 a moment), gradient and
 *   weights are read, weights written; null if nobody has counted them
 * @property {number | null} laycaBytes of the rule under Layca, in two passes: the first updates the state and computes
 *   inner products, the second reads again the arrays that give the step, and reads and writes the weights
 * @property {boolean} [isSlow] true if a step takes many seconds on a large network
 */

const momentum = 0.9
// torch.optim's velocity with dampening is Adam's first moment.
const adamMomentum = { momentum, dampening: momentum }

/** @type {Record<string, Contest>} */
const known = {
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
  // The norm of the gradient or of the weights needs a pass before.
  normalizedSgd: { rule: normalizedSgd(), pytorch: null, bytes: 16, laycaBytes: 20 },
  effectiveSgd: { rule: effectiveSgd(), pytorch: null, bytes: 16, laycaBytes: 20 },
  // Matrix products take nearly all of the time.
  muon: { rule: muon(), pytorch: ['Muon', { weight_decay: 0 }], bytes: null, laycaBytes: null, isSlow: true },
  'muon in fp32': {
    rule: muon({ precision: 'fp32' }),
    pytorch: null,
    bytes: null,
    laycaBytes: null,
    isSlow: true,
  },
}

/** Contests by name: the known ones, and the other rules of the registry against foreach code. */
export const contests = {
  ...Object.fromEntries(registry.map(({ schema }) => contestOf(schema.parse({ type: schema.shape.type.value })))),
  ...known,
}

/**
 * @param {import('layer-rotation').RuleConfig} rule
 * @returns {[name: string, contest: Contest]}
 */
function contestOf(rule) {
  return [rule.type, { rule, pytorch: null, bytes: null, laycaBytes: null }]
}
