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

/**
 * Such as intel-xeon-processor-2-cores.
 * @param {ReturnType<typeof machine>} machine
 */
export function machineTag({ cpu, cores }) {
  const model = cpu
    .toLowerCase()
    .replaceAll(/\((r|tm)\)/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return `${model}-${cores}-cores`
}
