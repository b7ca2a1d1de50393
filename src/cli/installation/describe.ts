import { styleText } from 'node:util'
import { decimals } from '../../numbers.js'
import { clickablePath } from '../terminal/path.js'
import { deviceText } from './device-text.js'
import type { Installation } from './installation.js'

const labelColumns = 16

/** Describes the installation in lines. */
export function describeInstallation(installation: Installation): string[] {
  const { libtorch, addon, devices, threads, bf16, data, missing } = installation
  const { found, tried } = libtorch
  return [
    ...row('layer-rotation', `${installation.layerRotation} on Node ${installation.node}, ${installation.platform}`),
    ...row(
      'addon',
      addon
        ? `built for LibTorch ${addon.built}, loads ${addon.loaded}${kind(addon)} from ${addon.folder}`
        : 'cannot be used',
    ),
    ...row('CUDA kernels', addon?.cuda ? cudaKernels(addon) : ''),
    ...row(
      'LibTorch',
      found ? `${found.version}${kind(found)}, ${found.how}: ${found.folder}` : 'none found to build against',
    ),
    ...row('looked at', ...tried.map(({ where, verdict }) => `${where}: ${verdict}`)),
    ...row('devices', ...devices.map(deviceText)),
    ...row('threads', threads === null ? '' : String(threads)),
    ...row('precision', bf16 === null ? '' : precisionText(bf16)),
    ...row('MNIST', data.mnist ? clickablePath(data.mnist) : 'not found'),
    ...(missing.length === 0
      ? row('missing', styleText('green', 'nothing'))
      : row('missing', ...missing.map(({ what, message }) => `${styleText('yellow', what)}: ${message}`))),
  ]
}

/** Puts a label before the first line and indents the others below it. */
function row(label: string, ...lines: readonly string[]): string[] {
  return lines
    .filter((line) => line !== '')
    .map((line, i) => (i === 0 ? styleText('bold', label.padEnd(labelColumns)) : ' '.repeat(labelColumns)) + line)
}

function cudaKernels({ cudaKernels }: { cudaKernels: boolean }): string {
  if (cudaKernels) return 'built with nvcc: a training step is one CUDA graph'
  const cost = 'each step launches its operations one by one and waits for the device several times'
  return `none, because the build did not find nvcc: ${cost}; put nvcc on PATH and run \`npx layer-rotation build\``
}

/** The precision that is fast on the CPU, and by how much. */
function precisionText({ instructions, speed }: NonNullable<Installation['bf16']>): string {
  const means = { amx: 'with AMX', avx512: 'with AVX-512, without AMX', none: 'without instructions for it' }[
    instructions
  ]
  const faster = speed > 1 ? 'bf16' : 'fp32'
  return `${faster} is faster on this CPU: bf16, ${means}, runs a convolution ${decimals(speed, 2)} times as fast as fp32`
}

function kind({ cuda }: { cuda: boolean }): string {
  return cuda ? ' with CUDA' : ''
}
