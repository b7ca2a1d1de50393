import { LayerRotationError } from '../../src/errors.js'

/** The LayerRotationError that `work` ends with, as `CODE: message`; anything else fails the test. */
export async function failure(work: () => unknown): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (error instanceof LayerRotationError) return `${error.code}: ${error.message}`
    throw error
  }
  throw new Error('it did not fail')
}
