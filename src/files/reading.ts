import { LayerRotationError } from '../errors.js'
import { failedStorage, systemError } from './failed-storage.js'

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
  } catch (cause) {
    if (cause instanceof LayerRotationError) throw cause
    if (isReadFailure(cause)) throw readFailed(file, cause)
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      throw new LayerRotationError('INVALID_FILE', `${file} cannot be read: ${problemOf(cause)}`, { cause })
    }
    const wanted = expected === undefined ? '' : `; expected ${expected}`
    throw new LayerRotationError('MISSING_FILE', `${file} does not exist${wanted}`, { cause })
  }
}

/** System errors that say what a path is, not that the system failed to read it, in plain words. */
const aboutThePath: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOENT', 'it does not exist, or is a link to what does not'],
  ['ENOTDIR', 'a part of its path is a file, not a folder'],
  ['EISDIR', 'it is a folder'],
  ['ELOOP', 'its links lead in a circle'],
  ['ENAMETOOLONG', 'its name is too long'],
])

/** What is wrong with a file, in plain words where the system's error has none. */
export function problemOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return aboutThePath.get(code) ?? message
}

/**
 * Returns whether an error says only that the system could not read a file, such as EIO, ESTALE, EACCES or EMFILE. Such an
 * error may pass, and tells nothing about the file.
 */
export function isReadFailure(error: unknown): boolean {
  const { code, syscall } = systemError(error)
  return syscall !== undefined && !aboutThePath.has(code)
}

/** Turns a system error of reading `path` into an error of this package. */
export function readFailed(path: string, cause: unknown): LayerRotationError {
  const { code, message } = cause as NodeJS.ErrnoException
  const reason = failedStorage(cause) ?? ((code !== undefined && forbidden[code]) || message)
  return new LayerRotationError('READ_FAILED', `${path} could not be read: ${reason}`, { cause })
}

const forbidden: Record<string, string> = {
  EACCES: 'permission denied; ask its owner to let you read it',
  EPERM: 'permission denied; ask its owner to let you read it',
}
