import { describe } from 'vitest'
import { info } from '../../src/native/load.js'

const given = process.env['LAYER_ROTATION_TEST_DEVICE']

/**
 * The device that is compared with the CPU: LAYER_ROTATION_TEST_DEVICE (`cpu` tries the tests themselves), else the
 * first CUDA device; null if there is none.
 */
const found = given ?? (await info()).devices[1]?.name ?? null

export const device = found ?? 'cuda'

/** True if `device` is a GPU, which has features that the tests can then expect. */
export const isCuda = found !== null && found !== 'cpu'

/** Tests that need `device`; they are skipped if there is none. */
export function onDevice(name: string, tests: () => void): void {
  if (found === null) describe.skip(`${name} (this machine has no CUDA device)`, tests)
  else describe(name, tests)
}
