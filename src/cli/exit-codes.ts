import { constants } from 'node:os'
import { LayerRotationError } from '../errors.js'

/** 128 and the signal's number, as shells have it: 130 for SIGINT, 143 for SIGTERM, 138 for SIGUSR1, 129 for SIGHUP, 141 for SIGPIPE. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal]
}

/** 2 for wrong use: a command, option, experiment or file that cannot be as it was asked for; 1 for every other failure. */
export function errorExitCode(error: unknown): number {
  const wrongUse = error instanceof LayerRotationError && ['INVALID_CONFIG', 'MISSING_FILE'].includes(error.code)
  return wrongUse ? 2 : 1
}
