import { LayerRotationError } from './errors.js'

/** @throws {LayerRotationError} INTERRUPTED if the signal is aborted */
export function throwIfInterrupted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new LayerRotationError('INTERRUPTED', `stopped while ${what}`)
}
