import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, freemem } from 'node:os'
import { dirname, join } from 'node:path'
import { findCompiler, findNvcc } from './compiler.mjs'
import { requireDiskSpace } from './disk-space.mjs'
import { SetupFailure } from './failure.mjs'
import { removeIntermediateFiles } from './intermediate-files.mjs'
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

/** @param {string} folder of the package or of a variant */
const addonIn = (folder) => join(folder, 'build', 'Release', 'layer_rotation.node')

/** @param {string} folder of the package or of a variant */
const cmakeFolderIn = (folder) => join(folder, 'build', 'cmake')

/**
 * Compiles the addon, links it against a LibTorch, and loads it once to see that it works.
 * Does nothing while the sources, LibTorch and nvcc are the same as at the last build.
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
        note(`found no nvcc of CUDA ${cudaMajor}: training on a GPU will use LibTorch's operations, which are slower`)
        for (const { where, verdict } of tried) note(`${where}: ${verdict}`)
      }
      await compile({ libtorch, nvcc, env, note, variant })
      await tryLoading(addon, { ...env, ...variant.env })
      writeStamp(stamp, stampOf(sources, nvcc, env['CUDAARCHS']))
      removeIntermediateFiles(cmakeFolderIn(variant.folder))
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
 * @param {string | undefined} architectures CUDAARCHS, if the kernels are not for all architectures
 */
const stampOf = (sources, nvcc, architectures) =>
  `${sources} nvcc ${nvcc?.version ?? 'none'}${nvcc && architectures ? ` for ${architectures}` : ''}`

/**
 * Returns whether the stamp is that of the wanted addon. An addon with CUDA kernels stays valid where nvcc is no longer
 * found, for instance in a shell without its folder on PATH. One for all architectures serves every wish of CUDAARCHS, and
 * any one serves where that is not set.
 * @param {string | null} stamp
 * @param {{ sources: string, nvcc: Nvcc, env: NodeJS.ProcessEnv }} wanted
 */
export function isStampOf(stamp, { sources, nvcc, env }) {
  if (nvcc === null && !env['CUDACXX']) return stamp?.split(' ')[0] === sources
  const forAll = stampOf(sources, nvcc, undefined)
  if (stamp === forAll) return true
  return env['CUDAARCHS'] ? stamp === stampOf(sources, nvcc, env['CUDAARCHS']) : !!stamp?.startsWith(`${forAll} for `)
}

/** The versions of this package and of the npm packages that the addon is compiled from. */
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
  const cmakeFolder = cmakeFolderIn(variant.folder)
  const settings = {
    LIBTORCH_FOLDER: libtorch.folder,
    LAYER_ROTATION_OUTPUT_FOLDER: dirname(addonIn(variant.folder)),
    CMAKE_CXX_COMPILER: compiler,
    ...(libtorch.cuda && { CMAKE_CUDA_COMPILER: nvcc?.file ?? 'NOTFOUND' }),
    // CMake itself reads the variable only when it sees a folder for the first time.
    ...(nvcc && env['CUDAARCHS'] && { CMAKE_CUDA_ARCHITECTURES: env['CUDAARCHS'] }),
    ...variant.settings,
  }
  // CMake caches its settings: another LibTorch, compiler or generator needs a fresh folder.
  const configuration = JSON.stringify({ root, generator, nvcc: nvcc?.version, ...settings })
  const configurationStamp = join(cmakeFolder, 'configuration.json')
  if (readStamp(configurationStamp) !== configuration) rmSync(cmakeFolder, { recursive: true, force: true })
  writeStamp(configurationStamp, configuration)

  const require = createRequire(join(root, 'package.json'))
  const cmakeJs = join(dirname(resolvePackage(require, 'cmake-js')), 'bin', 'cmake-js')
  const args = [cmakeJs, 'build', '-d', root, '-O', cmakeFolder, '-G', generator, '-p', String(jobs())]
  for (const [name, value] of Object.entries(settings)) args.push(`--CD${name}=${value}`)
  note(`compiling against LibTorch ${libtorch.version}; this takes a few minutes`)
  const { code, output } = await run(process.execPath, args, { cwd: root, env })
  const log = join(buildFolder, 'addon.log')
  writeFileSync(log, output)
  if (code === 0) return
  throw new SetupFailure(`The native addon could not be compiled; the compiler's whole output is in ${log}.`, {
    output: errorLines(output),
    waysOut: [
      'use g++ 11 or newer, or clang 14 or newer (CXX names the compiler)',
      'if the compiler was "Killed", free some memory: a compiler process takes more than 1 GB',
      ...(nvcc
        ? [`if ${nvcc.file} failed, set CUDACXX to another nvcc, or to none to build without CUDA kernels`]
        : []),
    ],
  })
}

/** The number of compiler processes; each takes more than 1 GB for the headers of LibTorch. */
function jobs() {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / 1.5e9)))
}

/**
 * The lines of a build's output that report errors; all lines if there are none.
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
