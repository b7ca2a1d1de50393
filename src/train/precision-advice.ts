import type { ExperimentConfig } from '../experiment/config.js'
import type { NativeInfo } from '../native/contract.js'
import { comparePrecisions, info } from '../native/load.js'
import { decimals } from '../numbers.js'

type Computation = Pick<ExperimentConfig, 'precision' | 'device' | 'threads'>

/** The precision in which this CPU trains faster than in that of the experiment; null if there is none, or on a GPU. */
export async function fasterPrecision(config: Computation): Promise<'fp32' | 'bf16' | null> {
  const native = await info()
  if (!runsOnCpu(config, native)) return null
  const fast = native.bf16 === 'amx' ? 'bf16' : 'fp32'
  return config.precision === fast ? null : fast
}

/** The measured speed of bf16 by the number of threads, so that a process measures it once. */
const speeds = new Map<number, Promise<number>>()

/** A note about an experiment in bf16 on a CPU that is slow in it; nothing for any other. */
export async function precisionNotes(config: Computation): Promise<string[]> {
  if (config.precision !== 'bf16') return []
  const native = await info()
  if (native.bf16 === 'amx' || !runsOnCpu(config, native)) return []
  const threads = config.threads ?? 0
  const measured = speeds.get(threads) ?? comparePrecisions(threads)
  speeds.set(threads, measured)
  const speed = await measured
  const lacks = native.bf16 === 'avx512' ? 'AMX' : 'instructions for bf16'
  const found = `a convolution runs ${decimals(speed, 2)} times as fast in bf16 as in fp32, measured now`
  const advice = speed < 1 ? '; precision=fp32 is faster here' : ''
  return [`precision is bf16 on a CPU that has no ${lacks}: ${found}${advice}`]
}

function runsOnCpu({ device }: Computation, { devices }: NativeInfo): boolean {
  return device === 'cpu' || (device === 'auto' && !devices.some(({ name }) => name.startsWith('cuda')))
}
