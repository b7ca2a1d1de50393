import { LayerRotationError } from '../errors.js'

/**
 * Runs `work`, which reads `file`, and turns its system errors into errors of this package.
 *
 * @param expected the kind of file that should be there, if its name does not say it
 * @throws {LayerRotationError} MISSING_FILE or INVALID_FILE
 */
export async function reading<Result>(file: string, work: () => Promise<Result>, expected?: string): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof LayerRotationError) throw cause
    const { code, message } = cause as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      throw new LayerRotationError('INVALID_FILE', `${file} cannot be read: ${message}`, { cause })
    }
    const wanted = expected === undefined ? '' : `; expected ${expected}`
    throw new LayerRotationError('MISSING_FILE', `${file} does not exist${wanted}`, { cause })
  }
}
