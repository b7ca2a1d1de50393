import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../setup/paths.mjs'

/**
 * @typedef {object} Entry an entry of package-lock.json
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [optionalDependencies]
 */

/**
 * The packages that the tests of gpu-check import. They are parts of vitest, which is itself too large for a bundle: its
 * bundler alone has 20 MB of machine code.
 */
const testPackages = ['@vitest/expect', '@vitest/runner', 'fast-check']

/** Packages of production that are left out: a GPU host draws no figures for print, which takes 3 MB of the archive. */
const unneeded = ['pdfkit', 'fontkit']

/**
 * The folders, relative to root, of all packages that production and the test runner need. Optional packages count if they
 * are installed, which means that they are for this processor.
 */
export function bundledPackages() {
  const lock = /** @type {{ packages: Record<string, Entry> }} */ (
    JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  ).packages
  const found = new Set(/** @type {string[]} */ ([]))
  const visit = (/** @type {string} */ name, /** @type {string} */ from) => {
    const path = resolvePackage(name, from, lock)
    if (unneeded.includes(name)) return
    if (path === null || found.has(path) || !existsSync(join(root, path))) return
    found.add(path)
    const { dependencies, optionalDependencies } = lock[path] ?? {}
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) visit(each, path)
  }
  for (const name of [...Object.keys(lock['']?.dependencies ?? {}), ...testPackages]) visit(name, '')
  return [...found].sort()
}

/**
 * Finds a package as Node does: first beside the package that imports it, then in each folder above.
 * @param {string} name
 * @param {string} from the importing package's folder; '' for this package
 * @param {Record<string, Entry>} lock
 */
function resolvePackage(name, from, lock) {
  for (let folder = from; ; folder = folder.includes('/') ? dirname(folder) : '') {
    const path = join(folder, 'node_modules', name)
    if (path in lock) return path
    if (folder === '') return null
  }
}
