import { styleText } from 'node:util'
import { errorText } from '../report-error.js'
import { ProcessGroup } from '../../processes/process-group.js'
import type { Place } from '../../processes/place.js'
import { follow } from '../../train/follow.js'
import { errorExitCode } from '../exit-codes.js'
import { interruptible } from '../interruption.js'

/** Trains as another process than rank 0, which alone displays and records; sets the exit code. */
export async function showFollowing(place: Place): Promise<void> {
  const words = { note: () => undefined, stopping: () => '' }
  try {
    const code = await interruptible(async (signal) => follow(await ProcessGroup.join(place, signal), signal), words)
    process.exitCode = code
  } catch (error) {
    const prefix = styleText('red', `error of rank ${place.rank}:`, { stream: process.stderr })
    process.stderr.write(`${prefix} ${errorText(error)}\n`)
    process.exitCode = errorExitCode(error)
  }
}
