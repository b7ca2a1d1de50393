/** Every update rule: a new one is a file beside this one and a line in each of the three lists here. */
import adagrad from './adagrad.js'
import adamW from './adam-w.js'
import adam from './adam.js'
import effectiveSgd from './effective-sgd.js'
import lion from './lion.js'
import muon from './muon.js'
import norMuon from './nor-muon.js'
import normalizedSgd from './normalized-sgd.js'
import rmsprop from './rmsprop.js'
import sgdAdamMomentum from './sgd-adam-momentum.js'
import sgd from './sgd.js'

/** The constructors and config types, which are public. */
export * from './adagrad.js'
export * from './adam-w.js'
export * from './adam.js'
export * from './effective-sgd.js'
export * from './lion.js'
export * from './muon.js'
export * from './nor-muon.js'
export * from './normalized-sgd.js'
export * from './rmsprop.js'
export * from './sgd-adam-momentum.js'
export * from './sgd.js'

/** The registry, in the order in which messages list the rules. */
export default [
  sgd,
  sgdAdamMomentum,
  adam,
  adamW,
  rmsprop,
  adagrad,
  normalizedSgd,
  effectiveSgd,
  lion,
  muon,
  norMuon,
] as const
