import { buildAddon as compileAddon } from './addon.mjs'
import { ensureLibTorch } from './libtorch.mjs'
import { installNodeModules } from './node-modules.mjs'
import { step } from './steps.mjs'
import { compileTypeScript } from './typescript.mjs'

export { findCompiler as buildTools } from './compiler.mjs'
export { SetupFailure } from './failure.mjs'
export { findLibTorch } from './libtorch.mjs'

/**
 * @typedef {object} Context
 * @property {NodeJS.ProcessEnv} env
 * @property {import('./index.mjs').Log} log
 */

/** @param {Context} context */
export function nodeModulesStep({ env, log }) {
  return step('node_modules', (note) => installNodeModules({ env, note }), log)
}

/** @param {Context} context */
export async function libtorchStep({ env, log }) {
  const work = async (/** @type {(text: string) => void} */ note) => {
    const libtorch = await ensureLibTorch({ env, note })
    return {
      outcome: `${libtorch.version}${libtorch.cuda ? ' with CUDA' : ''}, ${libtorch.how}: ${libtorch.folder}`,
      libtorch,
    }
  }
  return (await step('LibTorch', work, log)).libtorch
}

/**
 * @param {Context} context
 * @param {import('./index.mjs').Variant} [variant]
 */
export async function addonStep({ env, log }, variant) {
  const libtorch = await libtorchStep({ env, log })
  const { built } = await step('addon', (note) => compileAddon({ libtorch, env, note, variant }), log)
  return { libtorch, built }
}

/** @param {Context} context */
export function typescriptStep({ env, log }) {
  return step('TypeScript', (note) => compileTypeScript({ env, note }), log)
}

/** @type {typeof import('./index.mjs').buildAddon} */
export function buildAddon({ log = console.log, env = process.env } = {}) {
  return addonStep({ env, log })
}
