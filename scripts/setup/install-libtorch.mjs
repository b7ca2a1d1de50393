import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { requireDiskSpace } from './disk-space.mjs'
import { SetupFailure } from './failure.mjs'
import { inspectFiles } from './inspect-libtorch.mjs'
import { completionStamp, environmentPython, sitePackages } from './private-copy.mjs'
import { run } from './process.mjs'
import { pythonVersions, suitablePython } from './python.mjs'
import { removeStamp, writeStamp } from './stamp.mjs'
import { privateVersion } from './versions.mjs'

/**
 * @typedef {object} Context
 * @property {string} folder the virtual environment
 * @property {NodeJS.ProcessEnv} env
 * @property {(text: string) => void} note
 * @property {import('./index.mjs').Attempt[]} tried where the set-up has looked for LibTorch
 */

const cudaRequirements = fileURLToPath(new URL('cuda_requirements.py', import.meta.url))
const elsewhere = 'set XDG_CACHE_HOME to a folder on a larger disk, or LIBTORCH to a LibTorch that is already installed'

/**
 * Makes the private environment, or completes an unfinished one.
 * @param {Context} context
 */
export async function installPrivateLibTorch(context) {
  const { folder, env, note } = context
  const version = privateVersion(env)
  removeStamp(completionStamp(folder))
  await makeEnvironment(context)
  if (!hasTorch(folder, version)) {
    requireDiskSpace(folder, 1.4e9, { purpose: 'LibTorch', wayOut: elsewhere })
    note(`downloading LibTorch ${version} with pip into ${folder} (LAYER_ROTATION_DOWNLOAD=0 forbids this)`)
    note(
      'the CPU build: 192 MB, 1 GB on disk; the CUDA build, if the package index has that one: 2.7 GB, 4.4 GB on disk',
    )
    await pipInstall([`torch==${version}`], ['--force-reinstall'], context)
  }
  await installCudaLibraries(context)
  writeStamp(completionStamp(folder), JSON.stringify({ torch: version, finished: new Date().toISOString() }))
}

/** @param {Context} context */
async function makeEnvironment({ folder, env, note, tried }) {
  const works = await run(environmentPython(folder), ['-m', 'pip', '--version'], { env })
  if (works.code === 0) return
  const { python, tried: pythons } = await suitablePython(env)
  if (!python) {
    throw new SetupFailure(`No LibTorch was found, and there is no Python ${pythonVersions} to install one with.`, {
      tried: [...tried, ...pythons],
      waysOut: ['install Python 3 (Debian, Ubuntu: apt install python3 python3-venv)', elsewhere],
    })
  }
  note(`making a virtual environment in ${folder}`)
  rmSync(folder, { recursive: true, force: true })
  const { code, output } = await run(python.executable, ['-m', 'venv', folder], { env })
  if (code !== 0) {
    throw new SetupFailure(`${python.executable} could not make a virtual environment in ${folder}.`, {
      tried,
      output,
      waysOut: ['install the venv module (Debian, Ubuntu: apt install python3-venv)', elsewhere],
    })
  }
}

/**
 * Returns whether this version of torch is installed completely: pip writes the RECORD of a package last.
 * @param {string} environment
 * @param {string} version
 */
function hasTorch(environment, version) {
  const packages = sitePackages(environment)
  if (!packages) return false
  const info = readdirSync(packages).find((name) => name.startsWith(`torch-${version}`))
  return (
    info !== undefined && existsSync(join(packages, info, 'RECORD')) && 'found' in inspectFiles(join(packages, 'torch'))
  )
}

/**
 * Installs the CUDA libraries that torch's metadata names, without those that only Python uses.
 * @param {Context} context
 */
async function installCudaLibraries(context) {
  const { folder, env, note } = context
  for (let before = ''; ;) {
    const { code, output, stdout } = await run(
      environmentPython(folder),
      [cudaRequirements, String(sitePackages(folder))],
      { env },
    )
    if (code !== 0) {
      throw new SetupFailure(`The metadata of torch in ${folder} cannot be read.`, {
        output,
        waysOut: [`delete ${folder}`],
      })
    }
    const missing = /** @type {string[]} */ (JSON.parse(stdout))
    if (missing.length === 0) return
    if (stdout === before) {
      throw new SetupFailure(`pip did not install ${missing.join(' ')}, although it reported success.`, {
        waysOut: [`delete ${folder}`],
      })
    }
    if (before === '') {
      requireDiskSpace(folder, 3.3e9, { purpose: 'The CUDA build of LibTorch', wayOut: elsewhere })
      note('this is a CUDA build: downloading the CUDA libraries that it needs, 2.2 GB, 3.2 GB on disk')
    }
    before = stdout
    await pipInstall(missing, [], context)
  }
}

/**
 * @param {string[]} requirements
 * @param {string[]} options
 * @param {Context} context
 */
async function pipInstall(requirements, options, { folder, env, tried }) {
  const quiet = ['--no-input', '--disable-pip-version-check', '--retries', '2']
  const args = ['-m', 'pip', 'install', '--no-deps', '--no-compile', ...quiet, ...options, ...requirements]
  const show = process.stdout.isTTY && process.stderr.isTTY
  const { code, output } = await run(environmentPython(folder), args, { env, show })
  if (code === 0) return
  throw new SetupFailure(`pip could not install ${requirements.join(' ')} into ${folder}.`, {
    tried,
    output,
    waysOut: [
      'connect to the network, or set PIP_INDEX_URL to a package index that this machine can reach',
      'check the free space of that folder and of the temporary folder (TMPDIR)',
      'set LIBTORCH to an unpacked LibTorch distribution, or activate a Python that has torch',
    ],
  })
}
