import { constants } from 'node:os'
import { LayerRotationError } from '../errors.js'

/**
 * The exit code of a process that a signal ended, 128 plus the signal's number as in shells: 130 for SIGINT, 143 for SIGTERM, 129
 * for SIGHUP, 138 for SIGUSR1, 140 for SIGUSR2, 152 for SIGXCPU, 141 for SIGPIPE.
 */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal]
}

/**
 * The exit code of a failure: 2 for wrong use (an unknown command or option, an invalid experiment, a missing file); 75, EX_TEMPFAIL
 * of sysexits.h, if another process of the training was lost, so that the same command goes on; else 1.
 */
export function errorExitCode(error: unknown): number {
  const wrongUse = error instanceof LayerRotationError && ['INVALID_CONFIG', 'MISSING_FILE'].includes(error.code)
  if (error instanceof LayerRotationError && error.code === 'PROCESS_LOST') return 75
  return wrongUse ? 2 : 1
}
