/**
 * Returns what `look` finds, or undefined if it does not exist. All other errors are thrown: a disk that fails, a permission
 * that is missing or too many open files do not mean that something is absent, and what counts as absent may be replaced.
 */
export async function ifPresent<Found>(look: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await look()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
