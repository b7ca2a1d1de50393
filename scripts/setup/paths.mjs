import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this package: a clone, or an installed copy in node_modules. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The folder of the stamps; a stamp says from which state of the sources a result was made. */
export const stampFolder = join(root, 'build', 'stamps')
