import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { SetupFailure } from './failure.mjs'
import { inspectLibTorch } from './inspect-libtorch.mjs'
import { installPrivateLibTorch } from './install-libtorch.mjs'
import { withLock } from './lock.mjs'
import { completionStamp, environmentPython, privateFolder, sitePackages } from './private-copy.mjs'
import { activePython } from './python.mjs'
import { readStamp } from './stamp.mjs'
import { isSupported, privateVersion, supportedVersions } from './versions.mjs'

/**
 * @typedef {import('./index.mjs').LibTorch} LibTorch
 * @typedef {import('./index.mjs').Attempt} Attempt
 * @typedef {{ libtorch: LibTorch } | { verdict: string }} Verdict
 */

/**
 * Looks for a usable LibTorch in the variable LIBTORCH, the active Python's torch and the private copy. Installs nothing.
 * The search ends at a LIBTORCH that is set but cannot be used, since the user asked for that one.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ libtorch: LibTorch | null, tried: Attempt[] }>}
 */
export async function findLibTorch(env = process.env) {
  const tried = []
  for (const look of [lookAtVariable, lookAtActivePython, lookAtPrivateCopy]) {
    const { where, result } = await look(env)
    if ('libtorch' in result) return { libtorch: result.libtorch, tried: [...tried, { where, verdict: 'taken' }] }
    tried.push({ where, verdict: result.verdict })
    if (look === lookAtVariable && env['LIBTORCH']) break
  }
  return { libtorch: null, tried }
}

/**
 * Looks for LibTorch as findLibTorch() does, and installs it into the private folder if there is none.
 * @param {{ env: NodeJS.ProcessEnv, note: (text: string) => void }} context
 * @returns {Promise<LibTorch>}
 */
export async function ensureLibTorch({ env, note }) {
  if (!isSupported(privateVersion(env))) {
    throw new SetupFailure(`LAYER_ROTATION_LIBTORCH_VERSION=${privateVersion(env)} is not supported.`, {
      waysOut: [`set it to a version of ${supportedVersions}, such as 2.13.0, or unset it`],
    })
  }
  const first = await findLibTorch(env)
  if (first.libtorch) return first.libtorch
  if (env['LIBTORCH']) throw unusable('LIBTORCH does not name a usable LibTorch.', first.tried)
  if (env['LAYER_ROTATION_DOWNLOAD'] === '0') {
    throw unusable('No LibTorch was found, and LAYER_ROTATION_DOWNLOAD=0 forbids downloading one.', first.tried)
  }
  const folder = privateFolder(env)
  const install = async () => {
    // Another set-up may have installed it while this one waited for the lock.
    const { result } = await lookAtPrivateCopy(env)
    if ('verdict' in result) await installPrivateLibTorch({ folder, env, note, tried: first.tried })
  }
  await withLock(`${folder}.lock`, install, note)
  const second = await findLibTorch(env)
  if (!second.libtorch) throw unusable('The private LibTorch was installed, but cannot be used.', second.tried)
  return second.libtorch
}

/**
 * @param {string} problem
 * @param {Attempt[]} tried
 */
function unusable(problem, tried) {
  return new SetupFailure(problem, {
    tried,
    waysOut: [
      `set LIBTORCH to an unpacked LibTorch distribution, or to the torch folder of a Python (${supportedVersions})`,
      'activate a Python environment that has such a torch',
      'unset LIBTORCH and LAYER_ROTATION_DOWNLOAD, so that the set-up downloads a private copy with pip',
    ],
  })
}

/** @param {NodeJS.ProcessEnv} env */
async function lookAtVariable(env) {
  const set = env['LIBTORCH']
  if (!set) return { where: 'LIBTORCH', result: { verdict: 'not set' } }
  const folder = resolve(set)
  return { where: `LIBTORCH=${set}`, result: await usable(folder, 'LIBTORCH', null, env) }
}

/** @param {NodeJS.ProcessEnv} env */
async function lookAtActivePython(env) {
  const python = await activePython(env)
  if (!python) return { where: 'the active Python', result: { verdict: 'no python3 on PATH' } }
  const where = `the active Python (${python.executable})`
  if (!python.torch) return { where, result: { verdict: 'has no torch' } }
  return {
    where: `${where}, ${python.torch}`,
    result: await usable(python.torch, 'active Python', python.executable, env),
  }
}

/** @param {NodeJS.ProcessEnv} env */
async function lookAtPrivateCopy(env) {
  const folder = privateFolder(env)
  const where = `the private copy (${folder})`
  if (!existsSync(folder)) return { where, result: { verdict: 'not installed yet' } }
  if (readStamp(completionStamp(folder)) === null) return { where, result: { verdict: 'an unfinished installation' } }
  const torch = join(sitePackages(folder) ?? folder, 'torch')
  return { where, result: await usable(torch, 'private copy', environmentPython(folder), env) }
}

/**
 * @param {string} folder
 * @param {LibTorch['how']} how
 * @param {string | null} python
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Verdict>}
 */
async function usable(folder, how, python, env) {
  const result = await inspectLibTorch(folder)
  if ('verdict' in result) return result
  const asked = env['LAYER_ROTATION_LIBTORCH_VERSION']
  if (asked && result.found.version !== asked) {
    return { verdict: `is LibTorch ${result.found.version}, but LAYER_ROTATION_LIBTORCH_VERSION=${asked}` }
  }
  return { libtorch: { ...result.found, how, python } }
}
