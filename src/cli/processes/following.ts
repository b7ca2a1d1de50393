import { styleText } from 'node:util'
import { errorText } from '../report-error.js'
import { LayerRotationError } from '../../errors.js'
import { ProcessGroup } from '../../processes/process-group.js'
import type { Place } from '../../processes/place.js'
import { follow } from '../../train/follow.js'
import { errorExitCode } from '../exit-codes.js'
import { interruptible } from '../interruption.js'

/**
 * Trains as another process than rank 0, which alone displays and records; sets the exit code.
 *
 * @param ended aborts once rank 0 has ended, if this process can tell; with the error as reason
 */
export async function showFollowing(place: Place, ended?: AbortSignal): Promise<void> {
  const words = { note: () => undefined, stopping: () => '' }
  try {
    const join = (signal: AbortSignal) => ProcessGroup.join(place, { signal, ended })
    process.exitCode = await interruptible(async (signal) => follow(await join(signal), signal), words)
  } catch (error) {
    if (error instanceof LayerRotationError && error.code === 'INTERRUPTED') return // with the exit code of the signal
    const prefix = styleText('red', `error of rank ${place.rank}:`, { stream: process.stderr })
    process.stderr.write(`${prefix} ${errorText(error)}\n`)
    process.exitCode = errorExitCode(error)
  }
}
