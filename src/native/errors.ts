import { LayerRotationError, type ErrorCode } from '../errors.js'

/** Advice on errors whose text comes from LibTorch. */
const ways: { readonly [code in ErrorCode]?: string } = {
  OUT_OF_MEMORY: '; a smaller batchSize or model, fewer images, or precision=bf16 needs less',
  NATIVE: '; this is a bug in layer-rotation: please report it with the output of `layer-rotation info`',
}

/** The codes of the addon's own errors. */
const addonCodes: ReadonlySet<string> = new Set<ErrorCode>([
  'INVALID_CONFIG',
  'LIBTORCH_MISMATCH',
  'DEVICE_UNAVAILABLE',
  'DEVICE_FAILED',
  'OUT_OF_MEMORY',
  'PROCESS_LOST',
  'INTERRUPTED',
  'DISPOSED',
  'READ_FAILED',
  'INVALID_FILE',
  'NATIVE',
])

/** Tells whether the addon itself threw an error. */
export function hasErrorCode(error: unknown): error is Error & { code: ErrorCode } {
  return error instanceof Error && 'code' in error && addonCodes.has(String(error.code))
}

/**
 * Makes LayerRotationErrors of the addon's errors, which have a `code` and a message. Errors that a callback threw stay
 * as they are.
 */
export async function translated<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof LayerRotationError || !hasErrorCode(error)) throw error
    throw new LayerRotationError(error.code, error.message + (ways[error.code] ?? ''), { cause: error })
  }
}
