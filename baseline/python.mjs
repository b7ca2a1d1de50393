import { existsSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupFailure, findLibTorch } from '../scripts/setup/index.mjs'
import { withLock } from '../scripts/setup/lock.mjs'
import { run } from '../scripts/setup/process.mjs'

/** The package's folder: `python -m baseline` is run from it. */
export const baselineParent = dirname(dirname(fileURLToPath(import.meta.url)))

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url))

/**
 * Returns a Python whose torch is the LibTorch that the addon uses. Packages that `import torch` needs are installed
 * into the private environment on first use; a Python of the user's is never changed.
 *
 * @param {{ env?: NodeJS.ProcessEnv, note?: (text: string) => void }} [options]
 * @returns {Promise<string>} the executable
 * @throws {SetupFailure}
 */
export async function baselinePython({ env = process.env, note = console.log } = {}) {
  const { libtorch, tried } = await findLibTorch(env)
  if (!libtorch) {
    throw new SetupFailure('No LibTorch was found.', { tried, waysOut: ['run node scripts/setup.mjs'] })
  }
  const python = libtorch.python ?? pythonBeside(libtorch.folder)
  if (!python) {
    throw new SetupFailure(`${libtorch.folder} does not belong to a Python; the PyTorch baseline needs one.`, {
      tried,
      waysOut: ['unset LIBTORCH, or set it to the torch folder of a Python environment'],
    })
  }
  const isPrivate = libtorch.how === 'private copy'
  // The import takes seconds, and nobody but this package changes the private copy.
  const imported = join(dirname(dirname(python)), 'torch-was-imported')
  if (isPrivate && existsSync(imported)) return python
  let check = await importsTorch(python, libtorch.folder, env)
  if (!check.works && isPrivate) {
    await withLock(`${dirname(dirname(python))}.lock`, () => installRequirements(python, env, note), note)
    check = await importsTorch(python, libtorch.folder, env)
  }
  if (check.works && isPrivate) writeFileSync(imported, '')
  if (check.works) return python
  throw new SetupFailure(`${python} cannot import the torch of ${libtorch.folder}.`, {
    tried,
    output: check.output,
    waysOut: [`install the missing packages: ${python} -m pip install -r ${requirements}`],
  })
}

/**
 * Returns the Python of a folder PREFIX/lib/pythonX.Y/site-packages/torch.
 * @param {string} folder
 */
function pythonBeside(folder) {
  const python = resolve(folder, '../../../../bin/python')
  return basename(dirname(folder)) === 'site-packages' && existsSync(python) ? python : null
}

/**
 * Tests the import of torch, and of torch._dynamo, which torch.optim loads at its first use.
 * @param {string} python
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 */
async function importsTorch(python, folder, env) {
  const code = `import os, sys, torch, torch._dynamo; sys.exit(not os.path.samefile(torch.__path__[0], ${JSON.stringify(folder)}))`
  const { code: status, output } = await run(python, ['-W', 'ignore', '-c', code], { env })
  return { works: status === 0, output }
}

/**
 * @param {string} python
 * @param {NodeJS.ProcessEnv} env
 * @param {(text: string) => void} note
 */
async function installRequirements(python, env, note) {
  note('installing the Python packages of the PyTorch baseline with pip (10 MB)')
  const args = ['--no-input', '--disable-pip-version-check', '--retries', '2', '-r', requirements]
  const { code, output } = await run(python, ['-m', 'pip', 'install', ...args], { env })
  if (code === 0) return
  throw new SetupFailure('pip could not install the Python packages of the PyTorch baseline.', {
    output,
    waysOut: ['connect to the network, or set PIP_INDEX_URL to a package index that this machine can reach'],
  })
}
