import { SetupFailure } from './failure.mjs'
import { onPath, run } from './process.mjs'

const oldestCMake = [3, 20]

/**
 * Checks that CMake, a build tool and a C++ compiler are there, and says all that is missing at once.
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
  const compiler = wanted.map((program) => onPath(program, env)).find((file) => file !== null)
  if (!compiler) missing.push({ where: `C++ compiler (${wanted.join(', ')})`, verdict: 'not found on PATH' })
  const generator = onPath('ninja', env) ? 'Ninja' : 'Unix Makefiles'
  if (generator !== 'Ninja' && !onPath('make', env)) {
    missing.push({ where: 'build tool (ninja, make)', verdict: 'not found on PATH' })
  }
  if (!compiler || missing.length > 0) {
    throw new SetupFailure('The native addon cannot be compiled: tools are missing.', {
      tried: missing,
      waysOut: [
        'install them (Debian, Ubuntu: apt install g++ cmake ninja-build; Fedora: dnf install gcc-c++ cmake ninja-build)',
        'name a compiler that is elsewhere in CXX, and put the folders of the others on PATH',
      ],
    })
  }
  return { compiler, generator }
}
