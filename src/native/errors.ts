import { LayerRotationError, type ErrorCode } from '../errors.js'

/** What to do about errors that LibTorch words. */
const ways: { readonly [code in ErrorCode]?: string } = {
  OUT_OF_MEMORY: '; a smaller batchSize or model, fewer images, or precision=bf16 take less',
  NATIVE: '; this is no mistake of yours: please report it with what `layer-rotation info` prints',
}

/** The codes that the addon itself gives its errors. */
const addonCodes: ReadonlySet<string> = new Set<ErrorCode>([
  'INVALID_CONFIG',
  'LIBTORCH_MISMATCH',
  'DEVICE_UNAVAILABLE',
  'DEVICE_FAILED',
  'OUT_OF_MEMORY',
  'INTERRUPTED',
  'DISPOSED',
  'NATIVE',
])

/** Whether the addon itself threw this. */
export function hasErrorCode(error: unknown): error is Error & { code: ErrorCode } {
  return error instanceof Error && 'code' in error && addonCodes.has(String(error.code))
}

/**
 * Errors of the addon carry a `code` and a message for people; here they become LayerRotationErrors. What a callback threw
 * stays as it is.
 */
export async function translated<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof LayerRotationError || !hasErrorCode(error)) throw error
    throw new LayerRotationError(error.code, error.message + (ways[error.code] ?? ''), { cause: error })
  }
}
