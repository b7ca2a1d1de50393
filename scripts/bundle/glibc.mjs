import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupFailure } from '../setup/failure.mjs'

/** The minor version of glibc 2 on the oldest hosts that a bundle supports. */
const newest = 28

/**
 * The newest glibc 2 that a program or library requires, such as 28 for GLIBC_2.28; 0 if it requires none.
 * @param {string} file
 */
export function glibcOf(file) {
  // The versions are C strings among the names of the symbols.
  const names = readFileSync(file, 'latin1').matchAll(/\0GLIBC_2\.(\d+)(?:\.\d+)?(?=\0)/g)
  return Math.max(0, ...[...names].map(([, minor]) => Number(minor)))
}

/**
 * Checks every program and library of a bundle.
 * @param {string} folder the bundle's
 * @throws {SetupFailure} if an older host would not load one of them
 */
export function requireOldGlibc(folder) {
  const tried = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && (entry.name === 'node' || /\.node$|\.so(\.|$)/.test(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, minor: glibcOf(file) }))
    .filter(({ minor }) => minor > newest)
    .map(({ file, minor }) => ({ where: file, verdict: `needs glibc 2.${minor}` }))
  if (tried.length === 0) return
  throw new SetupFailure(`A bundle supports hosts with glibc 2.${newest}, but some of its programs need a newer one.`, {
    tried,
    waysOut: ['use a Node from nodejs.org', 'run npm install with that Node'],
  })
}
