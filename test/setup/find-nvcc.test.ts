import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isStampOf } from '../../scripts/setup/addon.mjs'
import { findNvcc } from '../../scripts/setup/compiler.mjs'
import { temporaryFolder } from '../support/temporary-folder.js'
import { write } from './fake-libtorch.js'

/** A folder with a bin/nvcc that reports this version. */
function fakeCuda(version: string): string {
  const folder = temporaryFolder()
  const file = join(folder, 'bin', 'nvcc')
  const [major, minor] = version.split('.')
  write(file, `#!/bin/sh\necho 'Cuda compilation tools, release ${major}.${minor}, V${version}'\n`)
  chmodSync(file, 0o755)
  return folder
}

const nvccIn = (folder: string) => join(folder, 'bin', 'nvcc')

/** The program that is found with these variables and this usual folder. */
const nvccOf = async (env: NodeJS.ProcessEnv, usualFolder = temporaryFolder()) =>
  (await findNvcc(env, usualFolder)).nvcc?.file

describe('nvcc', () => {
  test('is that of CUDACXX, CUDA_HOME, CUDA_PATH, PATH or the usual folder, in this order', async () => {
    const [one, two, three, four] = [fakeCuda('13.0.88'), fakeCuda('13.1.5'), fakeCuda('13.0.1'), fakeCuda('13.2.9')]
    const path = { PATH: `${temporaryFolder()}:${join(three, 'bin')}` }
    const all = { ...path, CUDACXX: nvccIn(four), CUDA_HOME: one, CUDA_PATH: two }
    expect(await nvccOf(all)).toBe(nvccIn(four))
    expect(await nvccOf({ ...all, CUDACXX: '' })).toBe(nvccIn(one))
    expect(await nvccOf({ ...path, CUDA_PATH: two })).toBe(nvccIn(two))
    expect(await nvccOf(path, four)).toBe(nvccIn(three))
    expect(await nvccOf({ PATH: temporaryFolder() }, four)).toBe(nvccIn(four))
    expect(await nvccOf({ ...path, CUDACXX: 'nvcc' })).toBe(nvccIn(three))
  })

  test('comes with its version', async () => {
    const cuda = fakeCuda('13.0.88')
    const { nvcc } = await findNvcc({ PATH: join(cuda, 'bin') }, temporaryFolder())
    expect(nvcc).toEqual({ file: nvccIn(cuda), version: '13.0.88' })
  })

  test('of another CUDA than that of LibTorch counts as absent', async () => {
    const [old, nothing] = [fakeCuda('12.8.93'), temporaryFolder()]
    const PATH = join(old, 'bin')
    expect(await findNvcc({ PATH }, nothing)).toEqual({
      nvcc: null,
      tried: [
        { where: nvccIn(old), verdict: 'is of CUDA 12.8.93; LibTorch needs CUDA 13' },
        { where: join(nothing, 'bin'), verdict: 'no nvcc that runs' },
      ],
    })
    const cuda = fakeCuda('13.0.88')
    expect(await nvccOf({ PATH }, cuda)).toBe(nvccIn(cuda))
  })

  test('of CUDACXX is the only one looked at, which turns CUDA kernels off', async () => {
    const cuda = fakeCuda('13.0.88')
    expect(await findNvcc({ PATH: join(cuda, 'bin'), CUDACXX: 'none' }, cuda)).toEqual({
      nvcc: null,
      tried: [{ where: 'CUDACXX=none', verdict: 'no nvcc that runs' }],
    })
  })

  test('that does not run counts as absent', async () => {
    const broken = fakeCuda('13.0.88')
    write(nvccIn(broken), '#!/bin/sh\nexit 1\n')
    expect(await nvccOf({ PATH: join(broken, 'bin') })).toBeUndefined()
  })
})

describe('an addon', () => {
  const nvcc = { file: '/usr/local/cuda/bin/nvcc', version: '13.0.88' }
  const env = {}

  test('without CUDA kernels is built again when nvcc is there, and with another nvcc', () => {
    expect(isStampOf('abc nvcc none', { sources: 'abc', nvcc, env })).toBe(false)
    expect(isStampOf('abc nvcc 13.0.88', { sources: 'abc', nvcc, env })).toBe(true)
    expect(isStampOf('abc nvcc 13.0.88', { sources: 'abc', nvcc: { ...nvcc, version: '13.1.5' }, env })).toBe(false)
    expect(isStampOf('abd nvcc 13.0.88', { sources: 'abc', nvcc, env })).toBe(false)
    expect(isStampOf(null, { sources: 'abc', nvcc, env })).toBe(false)
  })

  test('keeps its CUDA kernels where nvcc is not found any more, unless CUDACXX says so', () => {
    expect(isStampOf('abc nvcc 13.0.88', { sources: 'abc', nvcc: null, env })).toBe(true)
    expect(isStampOf('abc nvcc none', { sources: 'abc', nvcc: null, env })).toBe(true)
    expect(isStampOf('abc nvcc 13.0.88', { sources: 'abc', nvcc: null, env: { CUDACXX: 'none' } })).toBe(false)
  })

  test('is built again for other architectures than its own, but not where any will do', () => {
    const isOf = (stamp: string, wanted: NodeJS.ProcessEnv) => isStampOf(stamp, { sources: 'abc', nvcc, env: wanted })
    expect(isOf('abc nvcc 13.0.88 for 90', { CUDAARCHS: '80;90' })).toBe(false)
    expect(isOf('abc nvcc 13.0.88 for 90', { CUDAARCHS: '90' })).toBe(true)
    expect(isOf('abc nvcc 13.0.88 for 90', {})).toBe(true)
    expect(isOf('abc nvcc 13.0.88', { CUDAARCHS: '90' })).toBe(true)
    expect(isOf('abd nvcc 13.0.88 for 90', {})).toBe(false)
    expect(isOf('abc nvcc 13.0 for 90', { CUDAARCHS: '90' })).toBe(false)
  })
})
