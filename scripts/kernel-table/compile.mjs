import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { findNvcc } from '../setup/compiler.mjs'
import { SetupFailure } from '../setup/failure.mjs'
import { findLibTorch } from '../setup/libtorch.mjs'
import { withLock } from '../setup/lock.mjs'
import { root } from '../setup/paths.mjs'
import { run } from '../setup/process.mjs'
import { contentHash } from '../setup/stamp.mjs'

/** @typedef {{ nvcc: string, version: string, include: string }} Tools */

const results = join(root, 'build', 'ptx')

/**
 * nvcc, and the headers of LibTorch, of which those of a build for the CPU are enough; null if one is missing.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Tools | null>}
 */
export async function findKernelTools(env = process.env) {
  const [{ nvcc }, { libtorch }] = [await findNvcc(env), await findLibTorch(env)]
  return nvcc && libtorch ? { nvcc: nvcc.file, version: nvcc.version, include: join(libtorch.folder, 'include') } : null
}

/** The .cu files of native/ that have kernels, relative to the package. */
export function kernelSources() {
  return readdirSync(join(root, 'native'), { recursive: true, encoding: 'utf8' })
    .map((name) => join('native', name))
    .filter((file) => file.endsWith('.cu') && hasKernel(readFileSync(join(root, file), 'utf8')))
    .sort()
}

/** @param {string} text */
const hasKernel = (text) => /LAYER_ROTATION_CUDA_KERNEL|CompiledFor\w+<|__global__/.test(text)

/**
 * nvcc's options for PTX of sm_90.
 * @param {Tools} tools
 * @param {string} native the folder of the sources
 */
export function ptxOptions({ include }, native) {
  return [
    ...['-std=c++20', '--expt-relaxed-constexpr', '-arch=compute_90', '-ptx', '-DLAYER_ROTATION_CUDA_KERNELS'],
    // LibTorch's build for the CPU lacks the header of CUDA's own settings.
    '-DC10_USING_CUSTOM_GENERATED_MACROS',
    ...[`-I${native}`, '-isystem', include, '-isystem', join(include, 'torch', 'csrc', 'api', 'include')],
  ]
}

/**
 * Compiles a .cu file for sm_90 and returns its PTX. A file whose sources have not changed is not compiled again.
 * @param {string} source relative to the package
 * @param {Tools} tools
 * @returns {Promise<string>}
 * @throws {SetupFailure} with nvcc's output
 */
export async function compileToPtx(source, tools) {
  const options = ptxOptions(tools, 'native')
  const hash = contentHash(root, ['native'], [source, tools.version, options]).slice(0, 16)
  const file = join(results, `${basename(source, '.cu')}-${hash}.ptx`)
  mkdirSync(results, { recursive: true })
  const compile = async () => {
    const known = contentsOf(file)
    if (known !== null) return known
    const made = `${file}.part`
    const { code, output } = await run(tools.nvcc, [...options, source, '-o', made], { cwd: root })
    if (code !== 0) {
      throw new SetupFailure(`nvcc cannot compile ${source}.`, { output, waysOut: ['mend the source, or nvcc'] })
    }
    const text = readFileSync(made, 'utf8')
    writeFileSync(file, text)
    return text
  }
  return withLock(`${file}.lock`, compile, console.log)
}

/** @param {string} file */
function contentsOf(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
