import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contentHash, readStamp, removeStamp, writeStamp } from '../../scripts/setup/stamp.mjs'
import { write } from './fake-libtorch.js'
import { temporaryFolder } from '../support/temporary-folder.js'

describe('contentHash', () => {
  it('depends on names, contents and settings, and on nothing else', () => {
    const folder = temporaryFolder()
    write(join(folder, 'native/a.cpp'), 'one')
    write(join(folder, 'native/bridge/b.cpp'), 'two')
    const before = contentHash(folder, ['native'], ['2.13.0'])

    write(join(folder, 'native/a.cpp'), 'one')
    write(join(folder, 'README.md'), 'not an input')
    expect(contentHash(folder, ['native'], ['2.13.0'])).toBe(before)
    expect(contentHash(folder, ['native'], ['2.14.1'])).not.toBe(before)

    write(join(folder, 'native/a.cpp'), 'ONE')
    expect(contentHash(folder, ['native'], ['2.13.0'])).not.toBe(before)

    write(join(folder, 'native/a.cpp'), 'one')
    renameSync(join(folder, 'native/bridge/b.cpp'), join(folder, 'native/bridge/c.cpp'))
    expect(contentHash(folder, ['native'], ['2.13.0'])).not.toBe(before)

    rmSync(join(folder, 'native/bridge'), { recursive: true })
    expect(contentHash(folder, ['native'], ['2.13.0'])).not.toBe(before)
  })
})

describe('stamps', () => {
  it('are absent, written, overwritten and removed', () => {
    const file = join(temporaryFolder(), 'stamps', 'addon')
    expect(readStamp(file)).toBeNull()
    writeStamp(file, 'one')
    writeStamp(file, 'two')
    expect(readStamp(file)).toBe('two')
    removeStamp(file)
    removeStamp(file)
    expect(readStamp(file)).toBeNull()
  })
})
