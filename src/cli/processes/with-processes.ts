import { randomUUID } from 'node:crypto'
import { LayerRotationError } from '../../errors.js'
import { localPlace, placeOfSlurm, placeOfTorchrun, type Place } from '../../processes/place.js'
import type { ProcessGroup } from '../../processes/process-group.js'
import { errorExitCode } from '../exit-codes.js'
import { interruptible } from '../interruption.js'
import type { LocalProcesses } from './local-processes.js'
import type { ProcessesOption } from './options.js'

/** The options `processes` and `process-timeout`, as they were given. */
export interface GivenProcesses {
  processes?: ProcessesOption | undefined
  'process-timeout'?: number | undefined
}

/** Seconds after which a process that does not answer counts as lost. */
const defaultTimeout = 60

/**
 * Runs `work` in rank 0 of the processes that train together, with their group, or alone, without one. In another process of
 * theirs, follows rank 0 instead.
 */
export async function withProcesses(
  given: GivenProcesses,
  work: (group: ProcessGroup | undefined) => Promise<void>,
): Promise<void> {
  const timeout = 1000 * (given['process-timeout'] ?? defaultTimeout)
  const launched = launchedPlace(given.processes, timeout)
  if (launched !== undefined && launched.rank > 0) {
    const { showFollowing } = await import('./following.js')
    return showFollowing(launched)
  }
  if (launched !== undefined) return leading(launched, undefined, work)
  if (typeof given.processes !== 'number' || given.processes === 1) return work(undefined)
  const { freePort, LocalProcesses } = await import('./local-processes.js')
  const group = { size: given.processes, port: await freePort(), name: randomUUID(), timeout }
  const others = LocalProcesses.start(group)
  try {
    await leading(localPlace(0, group), others, work)
  } finally {
    await others.end()
  }
}

/** The place that torchrun or srun gives this process. */
function launchedPlace(processes: ProcessesOption | undefined, timeout: number): Place | undefined {
  if (processes === 'slurm') return placeOfSlurm(process.env, timeout)
  const place = placeOfTorchrun(process.env, timeout)
  if (place === undefined || processes === undefined) return place
  const message = `--processes ${processes}: the variable WORLD_SIZE says that ${place.size} processes were started already, as torchrun does; leave --processes out`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

/** Meets the others, as rank 0; a signal ends that. */
function meeting(place: Place, others: LocalProcesses | undefined): Promise<ProcessGroup> {
  const words = { note: () => undefined, stopping: () => '' }
  return interruptible(async (signal) => {
    const { ProcessGroup } = await import('../../processes/process-group.js')
    const group = await ProcessGroup.join(place, { signal, ended: others?.signal })
    if (!signal.aborted) return group
    await group.end(Number(signal.reason))
    throw new LayerRotationError('INTERRUPTED', 'stopped before the training began')
  }, words)
}

async function leading(
  place: Place,
  others: LocalProcesses | undefined,
  work: (group: ProcessGroup) => Promise<void>,
): Promise<void> {
  const group = await meeting(place, others).catch((error: unknown) => {
    others?.kill()
    throw error
  })
  try {
    await work(group)
    await group.end(0)
  } catch (error) {
    const isInterrupted = error instanceof LayerRotationError && error.code === 'INTERRUPTED'
    const { reason } = group.stopped as { reason: unknown }
    if (isInterrupted && typeof reason === 'number') process.exitCode ??= reason
    await group.end(Number(process.exitCode ?? errorExitCode(error)))
    throw error
  }
}
