import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Frees the memory of what is no longer in use, now. By itself V8 does so when JavaScript next allocates much, which it
 * does not while the addon trains: a data set that has been moved to the device would stay in memory to the end.
 */
export function freeMemory(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}
