// The functions that the tests import from vitest, built from vitest's own parts. vitest itself needs a bundler, whose 20 MB
// of machine code are too large for a bundle.

import { ASYMMETRIC_MATCHERS_OBJECT, customMatchers, GLOBAL_EXPECT } from '@vitest/expect'
import { JestAsymmetricMatchers, JestChaiExpect, JestExtend, chai } from '@vitest/expect'
import { getCurrentTest } from '@vitest/runner'

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, onTestFinished, test } from '@vitest/runner'

/** Does nothing: here all tests have the same time limit. */
export const vi = { setConfig: () => undefined }

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)

export const expect = Object.assign(
  (/** @type {unknown} */ value, /** @type {string | undefined} */ message) => {
    const assertion = chai.expect(value, message)
    const test = getCurrentTest()
    // A failing promise that is not awaited fails its test.
    return test ? /** @type {any} */ (assertion).withTest(test) : assertion
  },
  chai.expect,
  /** @type {Record<symbol, object>} */ (/** @type {unknown} */ (globalThis))[ASYMMETRIC_MATCHERS_OBJECT],
)
Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: expect, configurable: true })
const chaiExpect = /** @type {any} */ (chai.expect)
chaiExpect.extend(expect, customMatchers)
