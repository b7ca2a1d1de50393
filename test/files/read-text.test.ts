import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readText } from '../../src/files/read-text.js'
import { temporaryFolder } from '../support/temporary-folder.js'

function read(bytes: Uint8Array): Promise<string> {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, bytes)
  return readText(file)
}

test.each([
  ['as it is', Buffer.from('a\ncafé\n'), 'a\ncafé\n'],
  ['without its byte order mark', Buffer.from('\ufeffa\n'), 'a\n'],
  ['up to a last character that a crash cut off', Buffer.from('a\ncafé').subarray(0, -1), 'a\ncaf'],
  ['that is empty', Buffer.alloc(0), ''],
])('text is read %s', async (_, bytes, text) => {
  expect(await read(bytes)).toBe(text)
})

test.each([
  ['UTF-16', Buffer.from('\ufeffa\n', 'utf16le')],
  ['UTF-16', Buffer.from('\ufeffa\n', 'utf16le').swap16()],
  ['not UTF-8', Buffer.from('café\n', 'latin1')],
])('text that is %s is refused', async (kind, bytes) => {
  await expect(read(bytes)).rejects.toThrow(`it is ${kind} text; save it as UTF-8`)
})
