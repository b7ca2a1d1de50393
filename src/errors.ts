/** What went wrong, for programs; the message says it for people. */
export type ErrorCode =
  | 'INVALID_CONFIG' // an experiment, an override or an argument that cannot be used as it is
  | 'INVALID_FILE' // a file that exists but does not hold what it should
  | 'MISSING_FILE' // a file or folder that should exist
  | 'RUN_EXISTS' // a run folder that would be overwritten
  | 'RUN_LOCKED' // a run folder that another process is writing
  | 'DOWNLOAD_FAILED' // a server that cannot be reached or does not send what it should
  | 'WRITE_FAILED' // a file or folder that could not be written: permissions, full disk
  | 'ADDON_MISSING' // the native addon has not been built or cannot be loaded
  | 'LIBTORCH_MISMATCH' // the addon and the LibTorch that was loaded do not belong together
  | 'DEVICE_UNAVAILABLE' // a device that this machine or this LibTorch does not have
  | 'DEVICE_FAILED' // a device that has stopped working
  | 'OUT_OF_MEMORY'
  | 'DIVERGED' // a loss or weights that are no longer finite
  | 'INTERRUPTED' // stopped by a signal or an AbortSignal
  | 'DISPOSED' // a trainer used after dispose()
  | 'NATIVE' // any other error of LibTorch

/** The one error class of this package: a sentence for people, a `code` for programs. */
export class LayerRotationError extends Error {
  override readonly name = 'LayerRotationError'

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
