/** Every schedule that contains no other one: a new one is a file beside this one and a line in each of the three lists. */
import constant from './constant.js'
import cosine from './cosine.js'
import exponential from './exponential.js'
import inverseSquareRoot from './inverse-square-root.js'
import linear from './linear.js'
import oneCycle from './one-cycle.js'
import polynomial from './polynomial.js'
import steps from './steps.js'
import tabulated from './tabulated.js'

/** The constructors and config types, which are public. */
export * from './constant.js'
export * from './cosine.js'
export * from './exponential.js'
export * from './inverse-square-root.js'
export * from './linear.js'
export * from './one-cycle.js'
export * from './polynomial.js'
export * from './steps.js'
export * from './tabulated.js'

/** The registry, in the order in which messages list the schedules. */
export default [
  constant,
  steps,
  exponential,
  polynomial,
  linear,
  cosine,
  oneCycle,
  inverseSquareRoot,
  tabulated,
] as const
