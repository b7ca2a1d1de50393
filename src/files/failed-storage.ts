import { constants } from 'node:os'

/**
 * Says what to do about a system error of reading or writing that tells nothing about the file; undefined for any other
 * error. Errors are told by their number, because Node gives ESTALE no name.
 */
export function failedStorage(error: unknown): string | undefined {
  const { errno } = systemError(error)
  return errno === undefined ? undefined : advice.get(-errno)
}

/** Returns the error of the first call that failed: Node joins it with that of closing the file, if that failed, too. */
export function systemError(error: unknown): NodeJS.ErrnoException {
  return (error instanceof AggregateError ? error.errors[0] : error) as NodeJS.ErrnoException
}

const { EIO, ESTALE, EMFILE, ENFILE } = constants.errno
const advice = new Map([
  [EIO, 'the disk or the network storage failed; look for the cause in the output of `dmesg`'],
  [ESTALE, 'the network storage no longer has it; check that the storage is still mounted'],
  [EMFILE, 'this process has too many open files; raise the limit with `ulimit -n`'],
  [ENFILE, 'this machine has too many open files; end other programs'],
])
