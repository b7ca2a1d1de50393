import { spawnSync } from 'node:child_process'
import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findCompiler } from '../../scripts/setup/compiler.mjs'
import { requireDiskSpace } from '../../scripts/setup/disk-space.mjs'
import { root } from '../../scripts/setup/paths.mjs'
import { onPath } from '../../scripts/setup/process.mjs'
import { fakeLibTorch, write } from './fake-libtorch.js'
import { temporaryFolder } from '../support/temporary-folder.js'

function setup(option: string, env: NodeJS.ProcessEnv) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/setup.mjs', option], {
    cwd: root,
    env: { HOME: process.env['HOME'], ...env },
    encoding: 'utf8',
  })
  return { status, stdout, message: stderr.trim() }
}

describe('node scripts/setup.mjs', () => {
  it('lists what was tried and what to do when there is no LibTorch and no Python', () => {
    const cache = temporaryFolder()
    const { status, message } = setup('--libtorch-only', { PATH: temporaryFolder(), XDG_CACHE_HOME: cache })
    expect(status).toBe(1)
    expect(message).toMatch(/^No LibTorch was found, and there is no Python 3\.10 to 3\.14 to install one with\.$/m)
    expect(message).toContain('  LIBTORCH: not set\n')
    expect(message).toContain('  the active Python: no python3 on PATH\n')
    expect(message).toContain(`  the private copy (${cache}/layer-rotation/libtorch-2.13.0): not installed yet\n`)
    expect(message).toContain('  - install Python 3 (Debian, Ubuntu: apt install python3 python3-venv)\n')
    expect(message).toMatch(/it continues where it stopped\.$/)
    expect(message).not.toMatch(/^\s+at /m)
  })

  it('downloads nothing with LAYER_ROTATION_DOWNLOAD=0', () => {
    const cache = temporaryFolder()
    const env = { PATH: temporaryFolder(), XDG_CACHE_HOME: cache, LAYER_ROTATION_DOWNLOAD: '0' }
    const { status, message } = setup('--libtorch-only', env)
    expect(status).toBe(1)
    expect(message).toContain('LAYER_ROTATION_DOWNLOAD=0 forbids downloading one')
    expect(existsSync(join(cache, 'layer-rotation'))).toBe(false)
  })

  it('names the version of a LIBTORCH that is not supported', () => {
    const folder = fakeLibTorch(temporaryFolder(), '2.4.0')
    const { status, message } = setup('--libtorch-only', { PATH: temporaryFolder(), LIBTORCH: folder })
    expect(status).toBe(1)
    expect(message).toContain(`LIBTORCH=${folder}: is LibTorch 2.4.0; supported are 2.11 to 2.14`)
  })

  it('refuses a LAYER_ROTATION_LIBTORCH_VERSION that is not supported before it downloads anything', () => {
    const { status, message } = setup('--libtorch-only', { LAYER_ROTATION_LIBTORCH_VERSION: '2.4.0' })
    expect(status).toBe(1)
    expect(message).toContain('LAYER_ROTATION_LIBTORCH_VERSION=2.4.0 is not supported.')
  })

  it('explains a package index that cannot be reached, and continues from there the next time', () => {
    const bin = temporaryFolder()
    const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout.trim()
    symlinkSync(python, join(bin, 'python3'))
    const env = {
      PATH: bin,
      XDG_CACHE_HOME: temporaryFolder(),
      LAYER_ROTATION_LIBTORCH_VERSION: '2.12.99', // in the supported range, but never released
      PIP_CONFIG_FILE: '/dev/null',
      PIP_INDEX_URL: 'http://127.0.0.1:9/simple',
    }
    const first = setup('--libtorch-only', env)
    expect(first.status).toBe(1)
    expect(first.stdout).toContain('making a virtual environment')
    expect(first.stdout).toContain('the CPU build: 192 MB, 1 GB on disk')
    expect(first.message).toContain('pip could not install torch==2.12.99')
    expect(first.message).toContain('PIP_INDEX_URL')

    const second = setup('--libtorch-only', env)
    expect(second.status).toBe(1)
    expect(second.stdout).not.toContain('making a virtual environment')
    expect(second.message).toContain('an unfinished installation')
  })

  it('explains a cache folder that cannot be made', () => {
    const file = join(temporaryFolder(), 'file')
    write(file, 'no folder')
    const env = { PATH: process.env['PATH'], XDG_CACHE_HOME: file, LAYER_ROTATION_LIBTORCH_VERSION: '2.12.99' }
    const { status, message } = setup('--libtorch-only', env)
    expect(status).toBe(1)
    expect(message).toMatch(new RegExp(`^${file}/layer-rotation cannot be used: ENOTDIR: not a directory`))
    expect(message).toContain('set XDG_CACHE_HOME to another one')
  })

  it('never fails an npm installation, and says how to build the addon later', () => {
    const env = { PATH: temporaryFolder(), XDG_CACHE_HOME: temporaryFolder(), LAYER_ROTATION_DOWNLOAD: '0' }
    const { status, message } = setup('--install', env)
    expect(status).toBe(0)
    expect(message).toMatch(/its native addon is not built yet: `npx layer-rotation build`$/)
  })

  it('knows no other options', () => {
    const { status, message } = setup('--fast', {})
    expect(status).toBe(2)
    expect(message).toMatch(/^setup\.mjs: unknown option --fast; expected one of /)
  })
})

describe('the tools of the build', () => {
  it('are all named at once when they are missing', async () => {
    const error = await findCompiler({ PATH: temporaryFolder() }).catch((failure: Error) => failure)
    expect(error).toBeInstanceOf(Error)
    const { message } = error as Error
    expect(message).toContain('cmake: not found on PATH')
    expect(message).toContain('C++ compiler (c++, g++, clang++): not found on PATH')
    expect(message).toContain('build tool (ninja, make): not found on PATH')
    expect(message).toContain('apt install g++ cmake ninja-build')
  })

  it('take the compiler that CXX names, on PATH or by its path', async () => {
    const file = onPath('c++', process.env)!
    for (const CXX of ['c++', file]) {
      expect((await findCompiler({ ...process.env, CXX })).compiler).toBe(file)
    }
  })
})

describe('requireDiskSpace', () => {
  const texts = { purpose: 'LibTorch', wayOut: 'set XDG_CACHE_HOME' }

  it('measures the disk of the nearest folder that exists', () => {
    const folder = join(temporaryFolder(), 'not', 'yet')
    expect(() => requireDiskSpace(folder, 1e18, texts)).toThrow(
      new RegExp(`^LibTorch needs 1000000000\\.0 GB in ${folder}, but only [\\d.]+ GB are free there\\.`),
    )
    expect(() => requireDiskSpace(folder, 1, texts)).not.toThrow()
  })
})
