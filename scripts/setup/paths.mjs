import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this package: a clone, or an installed copy under node_modules. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** What says which state of the sources a result was made from. */
export const stampFolder = join(root, 'build', 'stamps')
