import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'

/** Instruction sets that decide how fast matrix products are. */
const instructionSets = ['avx2', 'avx512f', 'avx512_bf16', 'amx_bf16']

export function machine() {
  const flags = new Set(/^flags\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' '))
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    instructionSets: instructionSets.filter((name) => flags.has(name)),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
  }
}

/** The version of NVIDIA's driver; null if there is none. */
export function gpuDriver() {
  const { stdout } = spawnSync('nvidia-smi', ['--query-gpu=driver_version', '--format=csv,noheader'], {
    encoding: 'utf8',
  })
  return stdout?.trim().split('\n')[0] || null
}

/**
 * The machine's name in result files, such as intel-xeon-processor-2-cores.
 * @param {ReturnType<typeof machine>} machine
 */
export function machineTag({ cpu, cores }) {
  return `${slug(cpu)}-${cores}-cores`
}

/**
 * A name in the form that file names use: lower case, with hyphens.
 * @param {string} name
 */
export function slug(name) {
  return name
    .toLowerCase()
    .replaceAll(/\((r|tm)\)/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}
