import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { findLibTorch } from '../../scripts/setup/libtorch.mjs'
import { fakeLibTorch, fakePrivateCopy, write } from './fake-libtorch.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const supported = 'supported are 2.11 to 2.14, for the CPU or for CUDA 13'

describe('findLibTorch', () => {
  let cache: string
  /** The folder in which this machine's python3 finds its torch. */
  let packages: string
  let env: NodeJS.ProcessEnv

  beforeEach(() => {
    cache = temporaryFolder()
    packages = temporaryFolder()
    env = { PATH: process.env['PATH'], HOME: process.env['HOME'], XDG_CACHE_HOME: cache, PYTHONPATH: packages }
  })

  function pythonTorch(version: string): string {
    const folder = fakeLibTorch(join(packages, 'torch'), version)
    // Importing it would fail, as a torch without its Python dependencies does.
    write(join(folder, '__init__.py'), 'raise ImportError("no module named typing_extensions")\n')
    return folder
  }

  it('takes LIBTORCH first, then the active Python, then the private copy', async () => {
    const variable = fakeLibTorch(temporaryFolder(), '2.14.1')
    const python = pythonTorch('2.12.0')
    const copy = fakePrivateCopy(cache, '2.13.0')

    const first = await findLibTorch({ ...env, LIBTORCH: variable })
    expect(first.libtorch).toEqual({ folder: variable, version: '2.14.1', cuda: false, how: 'LIBTORCH', python: null })

    const second = await findLibTorch(env)
    expect(second.libtorch).toMatchObject({ folder: python, version: '2.12.0', how: 'active Python' })
    expect(second.libtorch?.python).toMatch(/python/)
    expect(second.tried[0]).toEqual({ where: 'LIBTORCH', verdict: 'not set' })

    rmSync(python, { recursive: true })
    const third = await findLibTorch({ ...env, PYTHONPATH: temporaryFolder(), PATH: temporaryFolder() })
    expect(third.libtorch).toEqual({
      folder: join(copy, 'lib/python3.11/site-packages/torch'),
      version: '2.13.0',
      cuda: false,
      how: 'private copy',
      python: join(copy, 'bin/python'),
    })
    expect(third.tried[1]).toEqual({ where: 'the active Python', verdict: 'no python3 on PATH' })
  })

  it('tries the private copy when the active Python has another version', async () => {
    pythonTorch('2.6.0')
    fakePrivateCopy(cache, '2.13.0')
    const { libtorch, tried } = await findLibTorch(env)
    expect(libtorch).toMatchObject({ version: '2.13.0', how: 'private copy' })
    expect(tried[1]?.verdict).toBe(`is LibTorch 2.6.0; ${supported}`)
  })

  it('ends at a LIBTORCH that cannot be used', async () => {
    pythonTorch('2.13.0')
    const folder = fakeLibTorch(temporaryFolder(), '2.5.1')
    expect(await findLibTorch({ ...env, LIBTORCH: folder })).toEqual({
      libtorch: null,
      tried: [{ where: `LIBTORCH=${folder}`, verdict: `is LibTorch 2.5.1; ${supported}` }],
    })
  })

  it('does not take a private copy whose installation was not finished', async () => {
    env['PATH'] = temporaryFolder()
    const copy = fakePrivateCopy(cache, '2.13.0')
    rmSync(join(copy, 'complete.json'))
    const { libtorch, tried } = await findLibTorch(env)
    expect(libtorch).toBeNull()
    expect(tried.at(-1)).toEqual({ where: `the private copy (${copy})`, verdict: 'an unfinished installation' })
  })

  it('takes only the version of LAYER_ROTATION_LIBTORCH_VERSION', async () => {
    pythonTorch('2.13.0')
    fakePrivateCopy(cache, '2.13.0')
    fakePrivateCopy(cache, '2.14.1')
    const { libtorch, tried } = await findLibTorch({ ...env, LAYER_ROTATION_LIBTORCH_VERSION: '2.14.1' })
    expect(tried[1]?.verdict).toBe('is LibTorch 2.13.0, but LAYER_ROTATION_LIBTORCH_VERSION=2.14.1')
    expect(libtorch).toMatchObject({ version: '2.14.1', how: 'private copy' })
  })
})
