import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { machine } from './machine.mjs'

const program = fileURLToPath(new URL('peak_pytorch.py', import.meta.url))

/**
 * The floating-point operations a second of the machine's fastest large products, as PyTorch reaches them: MKL's in fp32,
 * oneDNN's in bf16, with AMX if there is any, and with AVX-512's dot product if there is that.
 * @param {string} python
 * @param {number} threads
 */
export function measuredPeaks(python, threads) {
  const { instructionSets } = machine()
  const flops = (/** @type {string} */ type, env = {}) => {
    const { stdout, stderr, status } = spawnSync(python, ['-W', 'ignore', program, String(threads), type], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    })
    if (status !== 0) throw new Error(`${program} failed:\n${stderr}`)
    return /** @type {number} */ (JSON.parse(stdout))
  }
  return {
    fp32: flops('float32'),
    bf16: flops('bfloat16'),
    bf16DotProduct: instructionSets.includes('avx512_bf16')
      ? flops('bfloat16', { ONEDNN_MAX_CPU_ISA: 'AVX512_CORE_BF16' })
      : null,
  }
}
