import { join } from 'node:path'
import { expect, test } from 'vitest'
import { glibcOf, requireOldGlibc } from '../../scripts/bundle/glibc.mjs'
import { temporaryFolder } from '../support/temporary-folder.js'
import { elfHeader, write } from './fake-libtorch.js'

/** A library that requires these versions of glibc. */
const library = (...versions: string[]) =>
  Buffer.concat([elfHeader(), Buffer.from(`\0libc.so.6\0${versions.map((version) => `GLIBC_${version}\0`).join('')}`)])

test('a bundle whose Node or libraries need a glibc newer than 2.28 is refused', () => {
  const folder = temporaryFolder()
  write(join(folder, 'bin/node'), library('2.2.5', '2.28', '2.9'))
  write(join(folder, 'node_modules/a/a.node'), library('2.17'))
  write(join(folder, 'node_modules/a/README'), 'GLIBC_2.40')
  expect(glibcOf(join(folder, 'bin/node'))).toBe(28)
  expect(() => requireOldGlibc(folder)).not.toThrow()
  write(join(folder, 'node_modules/b/libb.so.1.2'), library('2.34', '2.4'))
  expect(() => requireOldGlibc(folder)).toThrow(/libb\.so\.1\.2: needs glibc 2\.34/)
})

test('the running Node requires some glibc', () => {
  expect(glibcOf(process.execPath)).toBeGreaterThan(10)
})
