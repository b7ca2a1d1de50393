import { LayerRotationError } from '../../src/errors.js'

/** The LayerRotationError that `work` throws, as `CODE: message`; any other outcome fails the test. */
export async function failure(work: () => unknown): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (error instanceof LayerRotationError) return `${error.code}: ${error.message}`
    throw error
  }
  throw new Error('it did not fail')
}
