import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { libraryDamage } from './elf.mjs'
import { run } from './process.mjs'
import { cudaMajor, isSupported, supportedVersions } from './versions.mjs'

const libraries = ['libtorch.so', 'libtorch_cpu.so', 'libc10.so']
const cudaLibraries = ['libtorch_cuda.so', 'libc10_cuda.so']
const versionHeaders = ['include/torch/headeronly/version.h', 'include/torch/csrc/api/include/torch/version.h']

/**
 * @typedef {{ found: { folder: string, version: string, cuda: boolean } } | { verdict: string }} Inspection verdict: why
 *   it cannot be used
 */

/**
 * Inspects a folder that should hold a LibTorch (lib/, include/), without loading it.
 * @param {string} folder
 * @returns {Promise<Inspection>}
 */
export async function inspectLibTorch(folder) {
  const result = inspectFiles(folder)
  if ('verdict' in result || !result.found.cuda) return result
  const missing = await missingLibraries(join(folder, 'lib', 'libtorch_cuda.so'))
  if (missing.length === 0) return result
  return { verdict: `is a CUDA build, but these CUDA libraries are missing: ${missing.join(', ')}` }
}

/**
 * Inspects a LibTorch as inspectLibTorch() does, without looking for the libraries that it needs from elsewhere.
 * @param {string} folder
 * @returns {Inspection}
 */
export function inspectFiles(folder) {
  if (!existsSync(folder)) return { verdict: 'does not exist' }
  if (existsSync(join(folder, 'lib', 'libtorch_hip.so'))) return { verdict: 'is a ROCm build, which is not supported' }
  const cuda = cudaLibraries.some((name) => existsSync(join(folder, 'lib', name)))
  for (const name of cuda ? [...libraries, ...cudaLibraries] : libraries) {
    const file = join(folder, 'lib', name)
    if (!existsSync(file)) return { verdict: `has no lib/${name}: not a LibTorch, or an unfinished installation` }
    const damage = libraryDamage(file)
    if (damage) return { verdict: `lib/${name} ${damage}` }
  }

  const version = readVersion(folder)
  if (!version) return { verdict: 'has no C++ headers (include/torch)' }
  if (!isSupported(version)) return { verdict: `is LibTorch ${version}; supported are ${supportedVersions}` }
  if (cuda) {
    const builtFor = cudaVersion(folder)
    if (builtFor !== cudaMajor) {
      return { verdict: `is built for CUDA ${builtFor ?? 'of an unknown version'}; supported are ${supportedVersions}` }
    }
  }
  return { found: { folder, version, cuda } }
}

/**
 * @param {string} folder
 * @returns {string | null} such as '2.13.0'
 */
function readVersion(folder) {
  for (const header of versionHeaders) {
    const file = join(folder, header)
    if (!existsSync(file)) continue
    const text = readFileSync(file, 'utf8')
    const parts = ['MAJOR', 'MINOR', 'PATCH'].map(
      (part) => new RegExp(`define TORCH_VERSION_${part} (\\d+)`).exec(text)?.[1],
    )
    if (parts.every((part) => part !== undefined)) return parts.join('.')
  }
  return null
}

/**
 * The major version of the CUDA runtime that libc10_cuda.so links; the library's name may have a hash, such as
 * libcudart-8774224f.so.13.
 * @param {string} folder
 */
function cudaVersion(folder) {
  const found = /libcudart[-\w]*\.so\.(\d+)/.exec(readFileSync(join(folder, 'lib', 'libc10_cuda.so'), 'latin1'))
  return found ? Number(found[1]) : null
}

/**
 * The names of the libraries that the dynamic loader would not find.
 * @param {string} library
 */
async function missingLibraries(library) {
  const { output } = await run('ldd', [library])
  const missing = [...output.matchAll(/^\s*(\S+) => not found/gm)].map((match) => String(match[1]))
  return [...new Set(missing)]
}
