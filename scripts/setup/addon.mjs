import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, freemem } from 'node:os'
import { dirname, join } from 'node:path'
import { findCompiler, findNvcc } from './compiler.mjs'
import { requireDiskSpace } from './disk-space.mjs'
import { SetupFailure } from './failure.mjs'
import { withLock } from './lock.mjs'
import { root, stampFolder } from './paths.mjs'
import { run } from './process.mjs'
import { contentHash, readStamp, removeStamp, writeStamp } from './stamp.mjs'
import { cudaMajor } from './versions.mjs'

/**
 * @typedef {object} Build
 * @property {import('./index.mjs').LibTorch} libtorch
 * @property {NodeJS.ProcessEnv} env
 * @property {(text: string) => void} note
 * @property {import('./index.mjs').Variant} [variant]
 */

/** @typedef {Awaited<ReturnType<typeof findNvcc>>['nvcc']} Nvcc */

/** @type {import('./index.mjs').Variant} */
const product = { name: 'addon', folder: root, sources: [], settings: {}, env: {} }

/** @param {string} folder the package's, or that of a variant */
const addonIn = (folder) => join(folder, 'build', 'Release', 'layer_rotation.node')

/**
 * Compiles and links the addon against a LibTorch, and loads it once to see that it works.
 * Nothing is done when the sources, the LibTorch and nvcc are those of the last time.
 * @param {Build} build
 * @returns {Promise<{ outcome: string, built: boolean }>}
 */
export async function buildAddon({ libtorch, env, note, variant = product }) {
  const addon = addonIn(variant.folder)
  const stamp = join(stampFolder, variant.name)
  const sources = contentHash(
    root,
    ['native', 'cmake', 'CMakeLists.txt', ...variant.sources],
    [libtorch.folder, libtorch.version, versions()],
  )
  const { nvcc, tried } = libtorch.cuda ? await findNvcc(env) : { nvcc: null, tried: [] }
  const upToDate = () => existsSync(addon) && isStampOf(readStamp(stamp), { sources, nvcc, env })
  if (upToDate()) return { outcome: 'up to date', built: false }

  return withLock(
    `${stamp}.lock`,
    async () => {
      if (upToDate()) return { outcome: 'up to date', built: false }
      removeStamp(stamp)
      if (libtorch.cuda && !nvcc) {
        note(`there is no nvcc of CUDA ${cudaMajor}: training on a GPU will be slow, by LibTorch's operations`)
        for (const { where, verdict } of tried) note(`${where}: ${verdict}`)
      }
      await compile({ libtorch, nvcc, env, note, variant })
      await tryLoading(addon, { ...env, ...variant.env })
      writeStamp(stamp, stampOf(sources, nvcc))
      const kernels = nvcc ? `with the CUDA kernels, by nvcc ${nvcc.version}` : 'without CUDA kernels'
      const against = `compiled against LibTorch ${libtorch.version}`
      return { outcome: libtorch.cuda ? `${against}, ${kernels}` : against, built: true }
    },
    note,
  )
}

/**
 * @param {string} sources
 * @param {Nvcc} nvcc
 */
const stampOf = (sources, nvcc) => `${sources} nvcc ${nvcc?.version ?? 'none'}`

/**
 * An addon with CUDA kernels stays where nvcc cannot be found any more, as in a shell without its folder on PATH.
 * @param {string | null} stamp
 * @param {{ sources: string, nvcc: Nvcc, env: NodeJS.ProcessEnv }} wanted
 */
export function isStampOf(stamp, { sources, nvcc, env }) {
  if (nvcc === null && !env['CUDACXX']) return stamp?.split(' ')[0] === sources
  return stamp === stampOf(sources, nvcc)
}

/** What the addon holds of this package and of npm. */
function versions() {
  const require = createRequire(join(root, 'package.json'))
  return [
    join(root, 'package.json'),
    resolvePackage(require, 'node-addon-api'),
    resolvePackage(require, 'node-api-headers'),
  ].map((file) => /** @type {{ version: string }} */ (JSON.parse(readFileSync(file, 'utf8'))).version)
}

/**
 * @param {NodeJS.Require} require
 * @param {string} name
 */
function resolvePackage(require, name) {
  try {
    return require.resolve(`${name}/package.json`)
  } catch {
    throw new SetupFailure(`The npm package ${name} is missing.`, { waysOut: ['run npm install'] })
  }
}

/** @param {Required<Build> & { nvcc: Nvcc }} build */
async function compile({ libtorch, nvcc, env, note, variant }) {
  const { compiler, generator } = await findCompiler(env)
  const buildFolder = join(variant.folder, 'build')
  requireDiskSpace(buildFolder, 7e8, { purpose: 'Compiling the addon', wayOut: 'move this folder to a larger disk' })
  const cmakeFolder = join(buildFolder, 'cmake')
  const settings = {
    LIBTORCH_FOLDER: libtorch.folder,
    LAYER_ROTATION_OUTPUT_FOLDER: dirname(addonIn(variant.folder)),
    CMAKE_CXX_COMPILER: compiler,
    ...(libtorch.cuda && { CMAKE_CUDA_COMPILER: nvcc?.file ?? 'NOTFOUND' }),
    ...variant.settings,
  }
  // CMake keeps what it once was told; another LibTorch, compiler or generator needs a fresh start.
  const configuration = JSON.stringify({ root, generator, nvcc: nvcc?.version, ...settings })
  const configurationStamp = join(cmakeFolder, 'configuration.json')
  if (readStamp(configurationStamp) !== configuration) rmSync(cmakeFolder, { recursive: true, force: true })
  writeStamp(configurationStamp, configuration)

  const require = createRequire(join(root, 'package.json'))
  const cmakeJs = join(dirname(resolvePackage(require, 'cmake-js')), 'bin', 'cmake-js')
  const args = [cmakeJs, 'build', '-d', root, '-O', cmakeFolder, '-G', generator, '-p', String(jobs())]
  for (const [name, value] of Object.entries(settings)) args.push(`--CD${name}=${value}`)
  note(`compiling against LibTorch ${libtorch.version}, which takes a few minutes`)
  const { code, output } = await run(process.execPath, args, { cwd: root, env })
  const log = join(buildFolder, 'addon.log')
  writeFileSync(log, output)
  if (code === 0) return
  throw new SetupFailure(`The native addon could not be compiled; everything the compiler said is in ${log}.`, {
    output: errorLines(output),
    waysOut: [
      'use g++ 11 or newer, or clang 14 or newer (CXX names the compiler)',
      'where the compiler was "Killed", free some memory: a compiler process takes more than 1 GB',
      ...(nvcc ? [`where ${nvcc.file} failed, set CUDACXX to another, or to none to do without CUDA kernels`] : []),
    ],
  })
}

/** One compiler process takes more than 1 GB, for the headers of LibTorch. */
function jobs() {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / 1.5e9)))
}

/**
 * The errors among a build's output; all of it when none stands out.
 * @param {string} output
 */
function errorLines(output) {
  const errors = output.split('\n').filter((line) => /\b(error|Error|Killed)\b/.test(line))
  return errors.length > 0 ? errors.slice(0, 12).join('\n') : output
}

/**
 * @param {string} addon
 * @param {NodeJS.ProcessEnv} env
 */
async function tryLoading(addon, env) {
  const { code, output } = await run(process.execPath, ['-e', 'require(process.argv[1])', addon], { env })
  if (code === 0) return
  throw new SetupFailure('The native addon was compiled, but cannot be loaded.', {
    output:
      output
        .split('\n')
        .filter((line) => /Error|error|cannot|undefined/.test(line))
        .join('\n') || output,
    waysOut: ['unset LD_PRELOAD and LD_LIBRARY_PATH', 'set LIBTORCH to another LibTorch'],
  })
}
