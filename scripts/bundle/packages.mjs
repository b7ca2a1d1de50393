import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../setup/paths.mjs'

/**
 * @typedef {object} Entry of package-lock.json
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [optionalDependencies]
 */

/**
 * What the tests of gpu-check import. vitest itself, with its bundler's 20 MB of machine code, is too large to go along; these
 * are parts of it.
 */
const testPackages = ['@vitest/expect', '@vitest/runner', 'fast-check']

/**
 * The folders, below root, of all packages that production and the tests' runner need; of optional ones those that are
 * installed, which are for this processor.
 */
export function bundledPackages() {
  const lock = /** @type {{ packages: Record<string, Entry> }} */ (
    JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  ).packages
  const found = new Set(/** @type {string[]} */ ([]))
  const visit = (/** @type {string} */ name, /** @type {string} */ from) => {
    const path = resolvePackage(name, from, lock)
    if (path === null || found.has(path) || !existsSync(join(root, path))) return
    found.add(path)
    const { dependencies, optionalDependencies } = lock[path] ?? {}
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) visit(each, path)
  }
  for (const name of [...Object.keys(lock['']?.dependencies ?? {}), ...testPackages]) visit(name, '')
  return [...found].sort()
}

/**
 * As Node does it: beside the package that asks, then ever further out.
 * @param {string} name
 * @param {string} from '' or a package's folder
 * @param {Record<string, Entry>} lock
 */
function resolvePackage(name, from, lock) {
  for (let folder = from; ; folder = folder.includes('/') ? dirname(folder) : '') {
    const path = join(folder, 'node_modules', name)
    if (path in lock) return path
    if (folder === '') return null
  }
}
