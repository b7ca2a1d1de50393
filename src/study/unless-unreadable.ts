import { LayerRotationError } from '../errors.js'

/** Reads something of a run; undefined if its files are missing, damaged or cannot be read. */
export async function unlessUnreadable<Result>(read: () => Result | Promise<Result>): Promise<Result | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof LayerRotationError) return undefined
    throw error
  }
}
