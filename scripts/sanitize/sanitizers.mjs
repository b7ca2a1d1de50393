import { isAbsolute, join } from 'node:path'
import { findCompiler } from '../setup/compiler.mjs'
import { SetupFailure } from '../setup/failure.mjs'
import { root } from '../setup/paths.mjs'
import { run } from '../setup/process.mjs'

/**
 * @typedef {object} Folders
 * @property {string} folder the folder of the instrumented addon
 * @property {string} reports the folder that gets one file for each process with a finding
 */

/**
 * @typedef {object} Sanitizer
 * @property {(env: NodeJS.ProcessEnv, folders: Folders) => Promise<Record<string, string>>} environment
 *   the variables that Node needs, which is not instrumented itself
 */

/** @type {Record<string, Sanitizer>} */
export const sanitizers = {
  address: {
    async environment(env, { folder, reports }) {
      return {
        ...(await preloaded(env, ['libasan.so', 'libubsan.so'])),
        LAYER_ROTATION_PREBUILD: folder,
        ASAN_OPTIONS: options({
          log_path: join(reports, 'address'),
          // Node frees nothing when it ends; the tests of memory watch the resident set instead.
          detect_leaks: 0,
          detect_stack_use_after_return: 1,
          strict_init_order: 1,
          check_initialization_order: 1,
          // Makes an assertion of the C++ library print its stack.
          handle_abort: 1,
        }),
        UBSAN_OPTIONS: options({ log_path: join(reports, 'undefined'), print_stacktrace: 1 }),
      }
    },
  },
  thread: {
    async environment(env, { folder, reports }) {
      return {
        ...(await preloaded(env, ['libtsan.so'])),
        LAYER_ROTATION_PREBUILD: folder,
        TSAN_OPTIONS: options({
          log_path: join(reports, 'thread'),
          suppressions: join(root, 'test', 'sanitizers', 'thread.supp'),
          // Above the default, because the stacks of LibTorch are deep.
          history_size: 4,
          second_deadlock_stack: 1,
          // The time for which an ending process waits for races; by default a second.
          atexit_sleep_ms: 100,
        }),
      }
    },
  },
}

/** @param {Record<string, string | number>} values */
function options(values) {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(':')
}

/**
 * LD_PRELOAD with the sanitizer's libraries, which must be loaded before Node allocates memory. The C++ library follows
 * them, because Node may contain one without the functions that they watch.
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} libraries
 */
async function preloaded(env, libraries) {
  const { compiler } = await findCompiler(env)
  const files = []
  for (const library of [...libraries, 'libstdc++.so.6']) {
    const file = (await run(compiler, [`-print-file-name=${library}`], { env })).stdout.trim()
    if (!isAbsolute(file)) {
      throw new SetupFailure(`${compiler} has no ${library}.`, {
        waysOut: [
          'set CXX=g++ to compile with g++',
          'install its sanitizers (Fedora: dnf install libasan libubsan libtsan)',
        ],
      })
    }
    files.push(file)
  }
  return { LD_PRELOAD: files.join(':') }
}
