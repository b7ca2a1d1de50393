import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupFailure } from '../setup/failure.mjs'

/** Of the oldest hosts that a bundle is for: glibc 2.28. */
const newest = 28

/**
 * The newest glibc 2 that a program or library asks for, such as 28 for GLIBC_2.28; 0 where it asks for none.
 * @param {string} file
 */
export function glibcOf(file) {
  // The names of versions end as C strings do, among those of the symbols.
  const names = readFileSync(file, 'latin1').matchAll(/\0GLIBC_2\.(\d+)(?:\.\d+)?(?=\0)/g)
  return Math.max(0, ...[...names].map(([, minor]) => Number(minor)))
}

/**
 * @param {string} folder a bundle
 * @throws {SetupFailure} where a program or library in it would not be loaded by an older host
 */
export function requireOldGlibc(folder) {
  const tried = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && (entry.name === 'node' || /\.node$|\.so(\.|$)/.test(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, minor: glibcOf(file) }))
    .filter(({ minor }) => minor > newest)
    .map(({ file, minor }) => ({ where: file, verdict: `needs glibc 2.${minor}` }))
  if (tried.length === 0) return
  throw new SetupFailure(`A bundle is for hosts with glibc 2.${newest}, and some of its programs need a newer one.`, {
    tried,
    waysOut: ['make it with a Node from nodejs.org', 'run npm install with that Node'],
  })
}
