import { LayerRotationError } from '../errors.js'
import { systemError, systemErrorName, systemReason } from './system-error.js'

/**
 * Runs `work`, which reads `file`, and turns its system errors into errors of this package.
 *
 * @param expected the kind of file that should be there, if its name does not say it
 * @throws {LayerRotationError} MISSING_FILE; READ_FAILED if the system does not give the content, INVALID_FILE if the
 *   content is not what it should be
 */
export async function reading<Result>(file: string, work: () => Promise<Result>, expected?: string): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw readError(file, error, expected)
  }
}

/**
 * Runs `look`, which reads a part of something that is there, such as a file in a folder, without waiting.
 *
 * @throws {LayerRotationError} READ_FAILED if the system does not give it; INVALID_FILE if it is missing or something else
 */
export function seeing<Result>(path: string, look: () => Result): Result {
  try {
    return look()
  } catch (error) {
    throw isReadFailure(error) ? readFailed(path, error) : invalid(path, error)
  }
}

/** Turns an error of reading `file` into an error of this package. */
function readError(file: string, cause: unknown, expected?: string): LayerRotationError {
  if (cause instanceof LayerRotationError) return cause
  if (isReadFailure(cause)) return readFailed(file, cause)
  const name = systemErrorName(cause)
  if (name !== 'ENOENT' && name !== 'ENOTDIR') return invalid(file, cause)
  const wanted = expected === undefined ? '' : `; expected ${expected}`
  return new LayerRotationError('MISSING_FILE', `${file} does not exist${wanted}`, { cause })
}

function invalid(path: string, cause: unknown): LayerRotationError {
  return new LayerRotationError('INVALID_FILE', `${path} cannot be read: ${problemOf(cause)}`, { cause })
}

/** Says what is wrong with a file, in plain words where the system's error has none. */
export function problemOf(error: unknown): string {
  return aboutThePath[systemErrorName(error) ?? ''] ?? (error as Error).message
}

/** System errors that say what a path is, not that the system failed to read it. */
const aboutThePath: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist, or is a link to what does not',
  ENOTDIR: 'it or a part of its path is a file; expected a folder',
  EISDIR: 'it is a folder; expected a file',
  ELOOP: 'its symbolic links lead in a circle; remove them',
  ENAMETOOLONG: 'its name is longer than a name can be',
}

/**
 * Returns whether an error says only that the system could not read a file, such as EIO, ESTALE, EACCES or EMFILE. Such an
 * error may pass, and tells nothing about the file.
 */
export function isReadFailure(error: unknown): boolean {
  const name = systemErrorName(error)
  return systemError(error).syscall !== undefined && !(name !== undefined && name in aboutThePath)
}

/** Turns a system error of reading `path` into an error of this package. */
export function readFailed(path: string, cause: unknown): LayerRotationError {
  return new LayerRotationError('READ_FAILED', `${path} could not be read: ${systemReason(cause, forbidden)}`, {
    cause,
  })
}

const forbidden = {
  EACCES: 'permission denied; ask its owner to let you read it',
  EPERM: 'permission denied; ask its owner to let you read it',
}
