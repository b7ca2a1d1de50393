import { availableParallelism, cpus, totalmem } from 'node:os'
import { findNvcc } from '../setup/compiler.mjs'
import { onPath, run } from '../setup/process.mjs'

/**
 * @typedef {object} Host
 * @property {string} device the device of the checks: 'cuda', or 'cpu' if there is no GPU
 * @property {string | null} gpu the GPU's name
 * @property {string | null} driver
 * @property {string} cpu
 * @property {number} cores
 * @property {number} memoryGiB
 * @property {{ node: string, libtorch: string, nvcc: string | null }} versions
 * @property {boolean} cudaKernels whether the addon has CUDA kernels
 * @property {boolean} sanitizer whether compute-sanitizer is installed
 */

/**
 * @param {{ addon?: boolean }} [options] addon: false if the build failed
 * @returns {Promise<Host>}
 */
export async function describeHost({ addon = true } = {}) {
  const found = addon ? await addonInfo() : null
  const gpu = found ? (found.devices[1]?.description ?? null) : await askDriver('name')
  return {
    device: gpu === null ? 'cpu' : 'cuda',
    gpu,
    driver: await askDriver('driver_version'),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    versions: {
      node: process.versions.node,
      libtorch: found ? found.libtorch.loaded + (found.libtorch.cuda ? ' with CUDA' : '') : 'unknown',
      nvcc: (await findNvcc(process.env)).nvcc?.version ?? null,
    },
    cudaKernels: found?.libtorch.cudaKernels === true,
    sanitizer: onPath('compute-sanitizer', process.env) !== null,
  }
}

async function addonInfo() {
  const native = new URL('../../dist/native/load.js', import.meta.url).href
  const { info } = /** @type {typeof import('../../src/native/load.js')} */ (await import(native))
  return info()
}

/** The architecture of the first GPU as CUDAARCHS names it, such as '90'; null if there is no driver. */
export const architectureOfGpu = async () => (await askDriver('compute_cap'))?.replace('.', '') ?? null

/**
 * @param {'name' | 'driver_version' | 'compute_cap'} what
 * @returns {Promise<string | null>} the first GPU's; null if there is no driver
 */
async function askDriver(what) {
  const { code, stdout } = await run('nvidia-smi', [`--query-gpu=${what}`, '--format=csv,noheader'])
  return (code === 0 && stdout.trim().split('\n')[0]) || null
}
