import { LayerRotationError } from '../errors.js'
import type { ProcessGroupSpec } from '../native/contract.js'

/** The place of a process among those that train together. */
export interface Place extends ProcessGroupSpec {
  /** Number of the process among those on its host, 0-based: it takes the CUDA device of that number. */
  localRank: number
}

type Variables = Readonly<Record<string, string | undefined>>

/**
 * The place that torchrun, or whoever else sets PyTorch's variables, gives this process: MASTER_ADDR, MASTER_PORT, RANK, WORLD_SIZE
 * and LOCAL_RANK.
 *
 * @param timeout milliseconds after which a process is lost
 * @returns undefined for one process, or where neither RANK nor WORLD_SIZE is set
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function placeOfTorchrun(variables: Variables, timeout: number): Place | undefined {
  const { WORLD_SIZE: processes, RANK: rank } = variables
  if (!processes && !rank) return undefined
  // With one of them alone each process would train a run of its own.
  if (!processes) throw missing('WORLD_SIZE', 'the number of processes, as RANK is set; or unset RANK for one')
  if (!rank) throw missing('RANK', 'the number of this process, as WORLD_SIZE is set; or unset WORLD_SIZE for one')
  const size = numberIn(variables, 'WORLD_SIZE', [1, 2 ** 20])
  if (size === 1) return undefined
  const run = variables['TORCHELASTIC_RUN_ID'] ?? 'run'
  return {
    rank: numberIn(variables, 'RANK', [0, size - 1]),
    size,
    localRank: variables['LOCAL_RANK'] ? numberIn(variables, 'LOCAL_RANK', [0, size - 1]) : 0,
    ...meetingPoint(variables, undefined),
    storeOfAgent: variables['TORCHELASTIC_USE_AGENT_STORE'] === 'True',
    prefix: `layer-rotation/${run}/${variables['TORCHELASTIC_RESTART_COUNT'] ?? '0'}`,
    timeout,
  }
}

/**
 * The place that srun gives this process: SLURM_PROCID of SLURM_NTASKS. They meet at the first host of the step, on a port that
 * follows from the job's number, unless MASTER_ADDR and MASTER_PORT name others.
 *
 * @param timeout milliseconds after which a process is lost
 * @returns undefined for one task
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export function placeOfSlurm(variables: Variables, timeout: number): Place | undefined {
  if (!variables['SLURM_PROCID'] || !variables['SLURM_NTASKS']) {
    const message = '--processes slurm goes with srun: SLURM_PROCID and SLURM_NTASKS are not set'
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const size = numberIn(variables, 'SLURM_NTASKS', [1, 2 ** 20])
  if (size === 1) return undefined
  const job = numberIn(variables, 'SLURM_JOB_ID', [0, 2 ** 32 - 1])
  const step = numberIn(variables, 'SLURM_STEP_ID', [0, 2 ** 32 - 1])
  const hosts = variables['SLURM_STEP_NODELIST'] ?? variables['SLURM_JOB_NODELIST'] ?? ''
  return {
    rank: numberIn(variables, 'SLURM_PROCID', [0, size - 1]),
    size,
    localRank: variables['SLURM_LOCALID'] ? numberIn(variables, 'SLURM_LOCALID', [0, size - 1]) : 0,
    ...meetingPoint(variables, { address: firstHost(hosts), port: portOf(job, step) }),
    storeOfAgent: false,
    prefix: `layer-rotation/${job}.${step}`,
    timeout,
  }
}

/** The processes of one training on this machine. */
export interface LocalGroup {
  size: number
  port: number
  /** A name that no other training has: if two find the same port free, the processes of one do not join the other. */
  name: string
  /** Milliseconds after which a process is lost. */
  timeout: number
}

/** The place of a process of `--processes`: all are on this machine. */
export function localPlace(rank: number, { size, port, name, timeout }: LocalGroup): Place {
  return {
    rank,
    size,
    localRank: rank,
    address: '127.0.0.1',
    port,
    storeOfAgent: false,
    prefix: `layer-rotation/${name}`,
    timeout,
  }
}

/** The first host of a list as Slurm writes it: node[03-07,12],other is node03. */
export function firstHost(hosts: string): string {
  const [, name = '', range, rest = ''] = /^([^[,]+)(?:\[([^\],-]+)[^\]]*\]([^,]*))?/.exec(hosts) ?? []
  return name + (range ?? '') + rest
}

/** A port that other jobs and steps hardly have, outside the range that systems give away by themselves. */
const portOf = (job: number, step: number): number => 15_000 + ((job * 31 + step) % 15_000)

function meetingPoint(
  variables: Variables,
  otherwise: { address: string; port: number } | undefined,
): { address: string; port: number } {
  const address = variables['MASTER_ADDR'] || otherwise?.address
  if (!address) throw missing('MASTER_ADDR', 'the host of rank 0')
  if (variables['MASTER_PORT']) return { address, port: numberIn(variables, 'MASTER_PORT', [1, 65_535]) }
  if (!otherwise) throw missing('MASTER_PORT', 'a free port of that host')
  return { address, port: otherwise.port }
}

function missing(name: string, meaning: string): LayerRotationError {
  return new LayerRotationError('INVALID_CONFIG', `the variable ${name} is not set; expected ${meaning}`)
}

function numberIn(variables: Variables, name: string, [least, most]: readonly [number, number]): number {
  const text = variables[name] ?? ''
  const value = /^\d+$/.test(text) ? Number(text) : NaN
  if (value >= least && value <= most) return value
  const message = `the variable ${name} is ${JSON.stringify(text)}; expected a whole number from ${least} to ${most}`
  throw new LayerRotationError('INVALID_CONFIG', message)
}
