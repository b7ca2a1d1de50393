import { basename, dirname, join, resolve } from 'node:path'
import { SetupFailure } from './failure.mjs'
import { onPath, run } from './process.mjs'
import { cudaMajor } from './versions.mjs'

const oldestCMake = [3, 20]

/**
 * Finds CMake, a build tool and a C++ compiler.
 * @throws {SetupFailure} that lists everything that is missing
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ compiler: string, generator: 'Ninja' | 'Unix Makefiles' }>}
 */
export async function findCompiler(env) {
  const missing = []
  const cmake = onPath('cmake', env)
  const version = cmake ? /(\d+)\.(\d+)/.exec((await run(cmake, ['--version'], { env })).stdout) : null
  if (!cmake || !version) {
    missing.push({ where: 'cmake', verdict: 'not found on PATH' })
  } else if (Number(version[1]) * 1000 + Number(version[2]) < Number(oldestCMake[0]) * 1000 + Number(oldestCMake[1])) {
    missing.push({ where: cmake, verdict: `is version ${version[0]}; ${oldestCMake.join('.')} or newer is needed` })
  }
  const wanted = env['CXX'] ? [env['CXX']] : ['c++', 'g++', 'clang++']
  const compiler = wanted.map((program) => located(program, env)).find((file) => file !== null)
  if (!compiler) missing.push({ where: `C++ compiler (${wanted.join(', ')})`, verdict: 'not found on PATH' })
  const generator = onPath('ninja', env) ? 'Ninja' : 'Unix Makefiles'
  if (generator !== 'Ninja' && !onPath('make', env)) {
    missing.push({ where: 'build tool (ninja, make)', verdict: 'not found on PATH' })
  }
  if (!compiler || missing.length > 0) {
    throw new SetupFailure('The native addon cannot be compiled, because tools are missing.', {
      tried: missing,
      waysOut: [
        'install them (Debian, Ubuntu: apt install g++ cmake ninja-build; Fedora: dnf install gcc-c++ cmake ninja-build)',
        'if they are installed elsewhere, set CXX to the compiler and add the folders of the others to PATH',
      ],
    })
  }
  return { compiler, generator }
}

/**
 * @param {string} program a name or a path
 * @param {NodeJS.ProcessEnv} env
 */
const located = (program, env) =>
  program.includes('/') ? onPath(basename(program), { PATH: resolve(dirname(program)) }) : onPath(program, env)

/**
 * The nvcc for a CUDA LibTorch: the one that CUDACXX names, or the first of LibTorch's CUDA version in CUDA_HOME, CUDA_PATH,
 * PATH and the folder of NVIDIA's installer. Code from another version does not work with LibTorch's CUDA runtime.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} [usualFolder]
 * @returns {Promise<{ nvcc: { file: string, version: string } | null, tried: import('./index.mjs').Attempt[] }>}
 */
export async function findNvcc(env, usualFolder = '/usr/local/cuda') {
  const tried = []
  for (const { where, file } of nvccPlaces(env, usualFolder)) {
    const version = file === null ? null : await nvccVersion(file, env)
    if (file !== null && version?.split('.')[0] === String(cudaMajor)) return { nvcc: { file, version }, tried }
    const verdict = version ? `is of CUDA ${version}; LibTorch needs CUDA ${cudaMajor}` : 'no nvcc that runs'
    tried.push({ where: file ?? where, verdict })
  }
  return { nvcc: null, tried }
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} usualFolder
 */
function nvccPlaces(env, usualFolder) {
  const { CUDACXX: given, CUDA_HOME: home, CUDA_PATH: path } = env
  if (given) return [{ where: `CUDACXX=${given}`, file: located(given, env) }]
  const inFolder = (/** @type {string} */ folder) => {
    const bin = join(folder, 'bin')
    return { where: bin, file: onPath('nvcc', { PATH: bin }) }
  }
  return [
    ...[home, path].flatMap((folder) => (folder ? [inFolder(folder)] : [])),
    { where: 'PATH', file: onPath('nvcc', env) },
    inFolder(usualFolder),
  ]
}

/**
 * @param {string} file
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | null>} such as '13.0.88'; null if it does not run
 */
async function nvccVersion(file, env) {
  const { code, stdout } = await run(file, ['--version'], { env })
  return (code === 0 && /release [\d.]+, V([\d.]+)/.exec(stdout)?.[1]) || null
}
