import { constants } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemErrorName, systemReason } from '../../src/files/system-error.js'
import { writeFailed, writeWhole } from '../../src/files/write.js'
import { failure } from '../support/failure.js'
import { smallDisk } from '../support/small-disk.js'

/** An error as Node makes it of a number that it has no name for, such as that of a quota. */
const unnamed = (errno: number) =>
  Object.assign(new Error(`Unknown system error ${-errno}: Unknown system error ${-errno}, write`), {
    errno: -errno,
    code: `Unknown system error ${-errno}`,
    syscall: 'write',
  })

test('an error that Node has no name for is told by its number', () => {
  expect(systemErrorName(unnamed(constants.errno.EDQUOT))).toBe('EDQUOT')
  expect(writeFailed('file', unnamed(constants.errno.EDQUOT)).message).toBe(
    'file could not be written: the disk quota is used up; free some space or choose another folder',
  )
  expect(systemReason(unnamed(117))).toBe('the file system is damaged; check it with fsck')
  expect(systemReason(unnamed(200))).toBe('the system gave the error 200')
})

test('an error without advice has its name and words, but no call', () => {
  const error = Object.assign(new Error("ENOSYS: function not implemented, rename 'a' -> 'b'"), {
    errno: -constants.errno.ENOSYS,
    code: 'ENOSYS',
    syscall: 'rename',
  })
  expect(systemReason(error)).toBe('the system gave the error ENOSYS (function not implemented)')
})

test('an error that is not of the system keeps its words', () => {
  expect(systemErrorName(new Error('it is too long'))).toBeUndefined()
  expect(systemReason(new Error('it is too long'))).toBe('it is too long')
})

test('a disk that takes no more files is full', async ({ skip }) => {
  const disk = smallDisk('size=1m,nr_inodes=1')
  if (disk === undefined) return skip('mounting a tmpfs is not permitted here')
  expect(await failure(() => writeWhole(join(disk, 'file'), 'content'))).toContain('the disk is full')
})
