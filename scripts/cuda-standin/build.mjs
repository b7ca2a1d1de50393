import { join } from 'node:path'
import { findNvcc } from '../setup/compiler.mjs'
import { addonStep, libtorchStep, nodeModulesStep, SetupFailure, typescriptStep } from '../setup/index.mjs'
import { root } from '../setup/paths.mjs'

/** The newest LibTorch that pip serves with CUDA, unless LAYER_ROTATION_LIBTORCH_VERSION or LIBTORCH names another one. */
const libtorchVersion = '2.14.1'

/**
 * The stand-in and the addon that runs on it.
 * @typedef {object} Standin
 * @property {Record<string, string>} env the variables of a process that runs on the stand-in
 * @property {string} journals the folder of the journals
 */

/**
 * Builds the addon with its kernels as PTX, and the stand-in beside it.
 * @param {import('../setup/index.mjs').Context} context
 * @returns {Promise<Standin | { reason: string }>} a reason why this host cannot do it
 */
export async function buildStandin({ env: given, log }) {
  /** @type {NodeJS.ProcessEnv} */
  const env = { LAYER_ROTATION_LIBTORCH_VERSION: libtorchVersion, ...given }
  const context = { env, log }
  const { nvcc, tried } = await findNvcc(env)
  if (nvcc === null) {
    return { reason: `there is no nvcc (${tried.map(({ where, verdict }) => `${where}: ${verdict}`).join('; ')})` }
  }
  log('Set-up for the stand-in CUDA runtime')
  await nodeModulesStep(context)
  const libtorch = await cudaLibTorch(context)
  if (libtorch === null)
    return { reason: `LibTorch ${env['LAYER_ROTATION_LIBTORCH_VERSION']} with CUDA is not available` }

  const folder = join(root, 'build', 'cuda-standin')
  const libraries = join(folder, 'build', 'Release', 'standin')
  await addonStep(context, {
    name: 'addon-cuda-standin',
    folder,
    sources: ['test/cuda/standin'],
    settings: {
      LAYER_ROTATION_CUDA_STANDIN: 'ON',
      LAYER_ROTATION_FOR_TESTS: 'ON',
      // PTX alone, and as plain text: the stand-in reads it as a driver would.
      CMAKE_CUDA_ARCHITECTURES: '90-virtual',
      CMAKE_CUDA_FLAGS: '--no-compress',
    },
    env: {},
  })
  await typescriptStep(context)
  return {
    journals: join(folder, 'journals'),
    env: {
      LAYER_ROTATION_PREBUILD: folder,
      LAYER_ROTATION_TEST_DEVICE: 'cuda',
      LAYER_ROTATION_STANDIN_PROGRAMS: libraries,
      LD_PRELOAD: join(libraries, 'libstandin.so'),
      // The driver's library, which LibTorch opens by its name.
      LD_LIBRARY_PATH: [libraries, env['LD_LIBRARY_PATH']].filter(Boolean).join(':'),
      OMP_WAIT_POLICY: 'passive',
    },
  }
}

/**
 * @param {import('../setup/index.mjs').Context} context
 * @returns {Promise<import('../setup/index.mjs').LibTorch | null>} null if there is none for CUDA
 */
async function cudaLibTorch(context) {
  try {
    const libtorch = await libtorchStep(context)
    return libtorch.cuda ? libtorch : null
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error
    context.log(error.message)
    return null
  }
}
