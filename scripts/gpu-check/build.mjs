import { addonStep, SetupFailure } from '../setup/index.mjs'
import { architectureOfGpu, describeHost } from './host.mjs'
import { Report } from './report.mjs'

/** @typedef {import('./report.mjs').CheckResult} CheckResult */

/**
 * Builds the addon, with kernels for this machine's GPU alone unless CUDAARCHS says otherwise, and starts a report or
 * continues an earlier one. Where LAYER_ROTATION_PREBUILD names the folder of another addon, that one is checked.
 * @param {string} folder
 * @param {{ again: boolean }} options
 * @returns {Promise<Report | null>} null if the build failed, which the report says
 */
export async function build(folder, { again }) {
  const start = performance.now()
  /** @param {Partial<CheckResult>} result */
  const outcome = (result) =>
    /** @type {CheckResult} */ ({ name: 'the addon', seconds: (performance.now() - start) / 1000, ...result })
  try {
    const architecture = process.env['CUDAARCHS'] ?? (await architectureOfGpu())
    const env = { ...process.env, ...(architecture && { CUDAARCHS: architecture }) }
    if (process.env['LAYER_ROTATION_PREBUILD'] === undefined) await addonStep({ env, log: console.log })
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error
    console.error(error.message)
    const report = new Report(folder, await describeHost({ addon: false }), { again })
    report.add('build', [outcome({ state: 'failed', reason: error.message })])
    return null
  }
  const built = outcome({ state: 'passed' })
  const host = await describeHost()
  const report = new Report(folder, host, { again })
  report.add('build', [built, checkKernels(host)])
  return report
}

/**
 * Checks that the addon has its CUDA kernels: without them every test on a GPU would compare LibTorch's operations with
 * themselves.
 * @param {import('./host.mjs').Host} host
 * @returns {CheckResult}
 */
export function checkKernels({ device, cudaKernels, versions }) {
  const name = 'the addon has its CUDA kernels'
  if (device === 'cpu') return { name, state: 'skipped', seconds: 0, reason: 'there is no GPU' }
  if (cudaKernels) return { name, state: 'passed', seconds: 0 }
  const reason = `It was built without nvcc (now ${versions.nvcc ?? 'none'}), and uses LibTorch's operations instead.`
  return { name, state: 'failed', seconds: 0, reason }
}
