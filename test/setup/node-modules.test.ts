import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isInstalled } from '../../scripts/setup/node-modules.mjs'
import { root } from '../../scripts/setup/paths.mjs'
import { write } from './fake-libtorch.js'
import { temporaryFolder } from '../support/temporary-folder.js'

type Packages = Record<string, { version?: string; integrity?: string; optional?: boolean }>

const wanted: Packages = {
  '': { version: '0.1.0' },
  'node_modules/zod': { version: '4.6.7', integrity: 'sha512-a' },
  'node_modules/linux-only': { version: '1.0.0', integrity: 'sha512-b', optional: true },
}

function folderWith(present?: Packages): string {
  const folder = temporaryFolder()
  write(join(folder, 'package-lock.json'), JSON.stringify({ packages: wanted }))
  if (present) write(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: present }))
  return folder
}

describe('isInstalled', () => {
  it('holds for this checkout, which the set-up has installed', () => {
    expect(isInstalled(root)).toBe(true)
  })

  it('requires every package in its exact version, except optional ones, which may be for another machine', () => {
    expect(isInstalled(folderWith())).toBe(false)
    expect(isInstalled(folderWith({}))).toBe(false)
    const zod = { 'node_modules/zod': { version: '4.6.7', integrity: 'sha512-a' } }
    expect(isInstalled(folderWith(zod))).toBe(true)
    expect(isInstalled(folderWith({ 'node_modules/zod': { version: '4.6.6', integrity: 'sha512-z' } }))).toBe(false)
    expect(isInstalled(folderWith({ ...zod, 'node_modules/left-over': { version: '1.0.0' } }))).toBe(false)
  })
})
