import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type * as Native from '../../src/native/load.js'
import { info } from '../../src/native/load.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** A copy of the package without its addon. */
async function unbuiltPackage() {
  vi.stubEnv('LAYER_ROTATION_PREBUILD', undefined) // where node-gyp-build would look instead
  const folder = temporaryFolder()
  cpSync('src', join(folder, 'src'), { recursive: true })
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "name": "layer-rotation", "type": "module" }')
  const native = (await import(join(folder, 'src', 'native', 'load.ts'))) as typeof Native
  return { folder, native }
}

afterEach(() => vi.unstubAllEnvs())

describe('the addon', () => {
  test('is loaded from the package', async () => {
    const { libtorch, devices, threads } = await info()
    expect(libtorch.loaded).toMatch(/^2\.\d+\.\d+/)
    expect(devices[0]!.name).toBe('cpu')
    expect(threads).toBeGreaterThanOrEqual(1)
  })

  test('that is not built is an error that names the command', async () => {
    const { folder, native } = await unbuiltPackage()
    await expect(native.info()).rejects.toMatchObject({
      name: 'LayerRotationError',
      code: 'ADDON_MISSING',
      message: `the native addon is not built (looked in ${folder}/build/Release); build it with \`npx layer-rotation build\``,
    })
  })

  test('that cannot be loaded is an error with its cause', async () => {
    const { folder, native } = await unbuiltPackage()
    const file = join(folder, 'build', 'Release', 'layer_rotation.node')
    mkdirSync(join(folder, 'build', 'Release'), { recursive: true })
    writeFileSync(file, 'no library')
    await expect(native.info()).rejects.toMatchObject({
      name: 'LayerRotationError',
      code: 'ADDON_MISSING',
      message: expect.stringContaining(`the native addon ${file} cannot be loaded: `) as string,
    })
    await expect(native.info()).rejects.toMatchObject({
      message: expect.stringMatching(
        /(too short|invalid ELF header); rebuild it with `npx layer-rotation build`$/,
      ) as string,
    })
  })
})
