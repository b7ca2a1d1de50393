import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { privateVersion } from './versions.mjs'

/**
 * The virtual environment of the private LibTorch, shared by all copies of this package that a user has.
 * @param {NodeJS.ProcessEnv} env
 */
export function privateFolder(env) {
  const set = env['XDG_CACHE_HOME']
  const cache = set && isAbsolute(set) ? set : join(env['HOME'] || homedir(), '.cache')
  return join(cache, 'layer-rotation', `libtorch-${privateVersion(env)}`)
}

/**
 * The file that is written last; without it the environment is unfinished.
 * @param {string} environment
 */
export function completionStamp(environment) {
  return join(environment, 'complete.json')
}

/** @param {string} environment */
export function environmentPython(environment) {
  return join(environment, 'bin', 'python')
}

/**
 * @param {string} environment
 * @returns {string | null}
 */
export function sitePackages(environment) {
  const lib = join(environment, 'lib')
  const versions = existsSync(lib) ? readdirSync(lib) : []
  return versions.map((name) => join(lib, name, 'site-packages')).find((folder) => existsSync(folder)) ?? null
}
