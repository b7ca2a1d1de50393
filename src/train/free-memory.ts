import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes of arrays below which collecting, which takes tens of milliseconds, would free too little. */
const worthwhile = 2 ** 24

/**
 * Collects garbage now. V8 itself waits until JavaScript allocates much, which does not happen while the addon trains:
 * a data set that has been moved to the device would stay in memory to the end. Does nothing if all arrays are small.
 */
export function freeMemory(): void {
  if (process.memoryUsage().arrayBuffers < worthwhile) return
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}
