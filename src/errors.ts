import { printableLines } from './printable.js'

/** The kind of an error, for programs; its message is for people. docs/errors.md explains each. */
export type ErrorCode =
  | 'INVALID_CONFIG' // An experiment, an override or an argument has a value that cannot be used.
  | 'INVALID_FILE' // A file exists but does not contain what it should.
  | 'MISSING_FILE' // A file or folder that is needed does not exist.
  | 'READ_FAILED' // A file or folder cannot be read, for example because the disk failed.
  | 'RUN_EXISTS' // The folder of a new run already exists.
  | 'RUN_LOCKED' // Another process is writing the run.
  | 'DOWNLOAD_FAILED' // A server cannot be reached or does not send the published file.
  | 'LOGGER_FAILED' // A service to which a run is sent cannot be reached or refuses.
  | 'SLURM_FAILED' // A command of Slurm is missing, refuses or does not answer.
  | 'WRITE_FAILED' // A file or folder cannot be written, for example because the disk is full.
  | 'ADDON_MISSING' // The native addon is not built or cannot be loaded.
  | 'LIBTORCH_MISMATCH' // The LibTorch that was loaded is not the one that the addon was built for.
  | 'DEVICE_UNAVAILABLE' // This machine, or this LibTorch, does not have the device.
  | 'DEVICE_FAILED' // The device has stopped working.
  | 'OUT_OF_MEMORY' // The device or the machine does not have enough memory.
  | 'PROCESS_LOST' // Another process of the same training has ended or does not answer.
  | 'DIVERGED' // The loss or a weight is no longer finite.
  | 'INTERRUPTED' // A signal or an AbortSignal stopped the work.
  | 'DISPOSED' // A trainer was used after dispose().
  | 'NATIVE' // LibTorch failed in a way that this package did not foresee.

/**
 * The only error class of this package: a message for people and a `code` for programs. The message has no control characters but
 * line ends and tabs, whatever names, paths and contents of files it repeats.
 */
export class LayerRotationError extends Error {
  override readonly name = 'LayerRotationError'

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(printableLines(message), options)
  }
}
