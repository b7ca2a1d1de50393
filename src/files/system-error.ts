import { constants } from 'node:os'

/** Returns the error of the first call that failed: Node joins it with that of closing the file, if that failed, too. */
export function systemError(error: unknown): NodeJS.ErrnoException {
  return (error instanceof AggregateError ? error.errors[0] : error) as NodeJS.ErrnoException
}

/**
 * Returns the name of a system error, such as ENOSPC; undefined for any other error. The number tells it, because Node has no
 * name for some, such as EDQUOT and ESTALE.
 */
export function systemErrorName(error: unknown): string | undefined {
  const { errno, code, syscall } = systemError(error)
  if (errno !== undefined) return names.get(-errno)
  return syscall === undefined ? undefined : code
}

/**
 * Says why a call of the system failed and what to do about it.
 *
 * @param reasons those of the kind of work, by the names of errors, which come before the reasons of any work
 */
export function systemReason(error: unknown, reasons: Readonly<Record<string, string>> = {}): string {
  const name = systemErrorName(error)
  const { errno, message } = systemError(error)
  if (name === undefined) return errno === undefined ? message : `the system gave the error ${-errno}`
  return reasons[name] ?? always[name] ?? `the system gave the error ${name}${description(message)}`
}

/** The words of Node for an error, without its name and the call: " (cross-device link not permitted)". */
function description(message: string): string {
  const [, words] = /^E\w+: ([^,]+)/.exec(message) ?? []
  return words === undefined ? '' : ` (${words})`
}

/** The names of errors by their numbers. Node does not know the three that Linux gives for broken storage. */
const names = new Map([
  ...Object.entries(constants.errno).map(([name, number]): [number, string] => [number, name]),
  [112, 'EHOSTDOWN'],
  [117, 'EUCLEAN'],
  [121, 'EREMOTEIO'],
])

const failedDisk = 'the disk or the network storage failed; look for the cause in the output of `dmesg`'
const silentStorage = 'the network storage does not answer; check that it is still mounted'

/** The reasons that tell nothing about the file. */
const always: Readonly<Record<string, string>> = {
  EIO: failedDisk,
  ENXIO: failedDisk,
  ENODEV: failedDisk,
  EREMOTEIO: failedDisk,
  EUCLEAN: 'the file system is damaged; check it with fsck',
  ESTALE: 'the network storage no longer has it; check that the storage is still mounted',
  ENOTCONN: silentStorage,
  ETIMEDOUT: silentStorage,
  EHOSTDOWN: silentStorage,
  EHOSTUNREACH: silentStorage,
  EMFILE: 'this process has too many open files; raise the limit with `ulimit -n`',
  ENFILE: 'this machine has too many open files; end other programs',
  ENOMEM: 'the system has too little memory; end other programs',
  EBUSY: 'another program is using it; end that program',
  EINTR: 'a signal interrupted the system; try again',
  EAGAIN: 'the system cannot do it now; try again',
}
