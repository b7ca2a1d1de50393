import { spawnSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findLibTorch } from '../../scripts/setup/libtorch.mjs'
import { root } from '../../scripts/setup/paths.mjs'
import { temporaryFolder } from '../support/temporary-folder.js'

const addon = join(root, 'build/Release/layer_rotation.node')

function load(env: NodeJS.ProcessEnv) {
  const script = 'try { require(process.argv[1]) } catch (error) { console.log(error.code, error.message) }'
  return spawnSync(process.execPath, ['-e', script, addon], { env: { ...process.env, ...env }, encoding: 'utf8' })
    .stdout
}

/** A folder with a libc10.so other than the addon's. */
async function otherLibTorch(): Promise<string> {
  const { libtorch } = await findLibTorch()
  const folder = temporaryFolder()
  copyFileSync(join(libtorch!.folder, 'lib/libc10.so'), join(folder, 'libc10.so'))
  return folder
}

describe('the addon', () => {
  it('refuses to run in a process that has loaded another LibTorch', async () => {
    const library = join(await otherLibTorch(), 'libc10.so')
    const output = load({ LD_PRELOAD: library })
    expect(output).toMatch(/^LIBTORCH_MISMATCH /)
    expect(output).toContain(`this process has loaded ${library}, but the addon was built against the LibTorch in `)
    expect(output).toContain('npx layer-rotation build')
  })

  it('finds its own LibTorch whatever LD_LIBRARY_PATH says', async () => {
    expect(load({ LD_LIBRARY_PATH: await otherLibTorch() })).toBe('')
  })
})
