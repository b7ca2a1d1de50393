import { open, readFile, stat } from 'node:fs/promises'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ifPresent } from '../../src/files/if-present.js'
import { reading } from '../../src/files/reading.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

test('only what does not exist counts as absent', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'file'), 'content')
  symlinkSync('circle', join(folder, 'circle'))
  expect(await ifPresent(() => readFile(join(folder, 'file'), 'utf8'))).toBe('content')
  expect(await ifPresent(() => readFile(join(folder, 'none')))).toBeUndefined()
  await expect(ifPresent(() => stat(join(folder, 'circle')))).rejects.toThrow('ELOOP')
  await expect(ifPresent(() => stat(join(folder, 'file', 'below')))).rejects.toThrow('ENOTDIR')
})

test('an error of the system is told from an error of the file', async () => {
  // Address 0 of a process is not there: to read it is an EIO of the kernel's own.
  const ofTheDisk = async () => {
    const memory = await open('/proc/self/mem')
    try {
      await memory.read(new Uint8Array(1), 0, 1, 0)
    } finally {
      await memory.close()
    }
  }
  expect(await failure(() => reading('mem', ofTheDisk))).toBe(
    'READ_FAILED: mem could not be read: the disk or the network storage failed; look for the cause in the output of `dmesg`',
  )
  expect(await failure(() => reading('/proc', () => readFile('/proc')))).toBe(
    'INVALID_FILE: /proc cannot be read: it is a folder; expected a file',
  )
  expect(await failure(() => reading('none', () => readFile('none')))).toBe('MISSING_FILE: none does not exist')
})
