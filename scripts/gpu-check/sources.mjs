import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../setup/paths.mjs'
import { contentHash } from '../setup/stamp.mjs'

const left = /^(__pycache__|results|.*\.md)$/

/**
 * A hash of these files and folders of the package, without documents and the files that running them leaves there.
 * @param {string[]} paths
 */
export const hashOfSources = (paths) => contentHash(root, paths.flatMap(sourcesBelow))

/**
 * @param {string} path
 * @returns {string[]}
 */
function sourcesBelow(path) {
  const stat = statSync(join(root, path), { throwIfNoEntry: false })
  if (!stat?.isDirectory()) return [path]
  const names = readdirSync(join(root, path)).filter((name) => !left.test(name))
  return names.flatMap((name) => sourcesBelow(join(path, name)))
}
