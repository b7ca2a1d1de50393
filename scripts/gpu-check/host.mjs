import { availableParallelism, cpus, totalmem } from 'node:os'
import { onPath, run } from '../setup/process.mjs'

/**
 * @typedef {object} Host
 * @property {string} device what the checks run on: 'cuda', or 'cpu' where there is no GPU
 * @property {string | null} gpu its name
 * @property {string | null} driver
 * @property {string} cpu
 * @property {number} cores
 * @property {number} memoryGiB
 * @property {{ node: string, libtorch: string, nvcc: string | null }} versions
 * @property {boolean} sanitizer whether compute-sanitizer is installed
 */

/** @returns {Promise<Host>} */
export async function describeHost() {
  const { info } = /** @type {typeof import('../../src/native.js')} */ (
    await import(new URL('../../dist/native.js', import.meta.url).href)
  )
  const { devices, libtorch } = await info()
  const gpu = devices[1]?.description ?? null
  return {
    device: gpu === null ? 'cpu' : 'cuda',
    gpu,
    driver: await firstMatch('nvidia-smi', ['--query-gpu=driver_version', '--format=csv,noheader'], /^[\d.]+/m),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    versions: {
      node: process.versions.node,
      libtorch: libtorch.loaded + (libtorch.cuda ? ' with CUDA' : ''),
      nvcc: await firstMatch('nvcc', ['--version'], /release ([\d.]+)/),
    },
    sanitizer: onPath('compute-sanitizer', process.env) !== null,
  }
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {RegExp} pattern
 * @returns {Promise<string | null>} its first group, or all of it; null where there is no such program
 */
async function firstMatch(program, args, pattern) {
  const { code, stdout } = await run(program, args)
  const found = code === 0 ? pattern.exec(stdout) : null
  return found ? (found[1] ?? found[0]) : null
}
