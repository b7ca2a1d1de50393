import { isAbsolute, join } from 'node:path'
import { findCompiler } from '../setup/compiler.mjs'
import { SetupFailure } from '../setup/failure.mjs'
import { root } from '../setup/paths.mjs'
import { run } from '../setup/process.mjs'

/**
 * @typedef {object} Folders
 * @property {string} folder of the instrumented addon
 * @property {string} reports gets one file a process that reports something
 */

/**
 * @typedef {object} Sanitizer
 * @property {(env: NodeJS.ProcessEnv, folders: Folders) => Promise<Record<string, string>>} environment
 *   what Node, which is not instrumented, has to be started with
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
          // Node frees nothing at its end; the tests of memory watch the resident set instead.
          detect_leaks: 0,
          detect_stack_use_after_return: 1,
          strict_init_order: 1,
          check_initialization_order: 1,
          // An assertion of the C++ library shows where it was.
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
          // More than by default: a stack of LibTorch is deep.
          history_size: 4,
          second_deadlock_stack: 1,
          // How long each process stays for races at its end; by default a second.
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
 * The sanitizer's libraries have to be there before Node's own memory is; the C++ library behind them, lest Node brings
 * one without the functions that they watch.
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
        waysOut: ['take g++, with CXX=g++', 'install its sanitizers (Fedora: dnf install libasan libubsan libtsan)'],
      })
    }
    files.push(file)
  }
  return { LD_PRELOAD: files.join(':') }
}
