/** Every control: a new one is a file beside this one and a line in each of the three lists here. */
import clamped from './clamped.js'
import fixedNorm from './fixed-norm.js'
import lars from './lars.js'
import layca from './layca.js'
import magnitudeDirection from './magnitude-direction.js'
import projected from './projected.js'
import rotational from './rotational.js'

/** The constructors and config types, which are public. */
export * from './clamped.js'
export * from './fixed-norm.js'
export * from './lars.js'
export * from './layca.js'
export * from './magnitude-direction.js'
export * from './projected.js'
export * from './rotational.js'

/** The registry, in the order in which messages list the controls. */
export default [layca, fixedNorm, rotational, projected, lars, clamped, magnitudeDirection] as const
