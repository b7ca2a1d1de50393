import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

/**
 * Removes the objects and the precompiled header that a build of the addon leaves, some 400 MB. They stay in a git
 * checkout, which `.git` marks: its next build compiles only what has changed. Installed packages and bundles are built
 * once.
 * @param {string} cmakeFolder
 * @param {string} [packageFolder]
 */
export function removeIntermediateFiles(cmakeFolder, packageFolder = root) {
  // In a worktree .git is a file.
  if (existsSync(join(packageFolder, '.git'))) return
  rmSync(cmakeFolder, { recursive: true, force: true })
}
