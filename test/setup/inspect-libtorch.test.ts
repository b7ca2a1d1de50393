import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inspectLibTorch } from '../../scripts/setup/inspect-libtorch.mjs'
import { findLibTorch } from '../../scripts/setup/libtorch.mjs'
import { elfHeader, fakeLibTorch, write } from './fake-libtorch.js'
import { temporaryFolder } from '../support/temporary-folder.js'

describe('inspectLibTorch', () => {
  it('accepts the supported versions, 2.11 to 2.14', async () => {
    for (const version of ['2.11.0', '2.12.1', '2.13.0', '2.14.1']) {
      const folder = fakeLibTorch(temporaryFolder(), version)
      expect(await inspectLibTorch(folder)).toEqual({ found: { folder, version, cuda: false } })
    }
  })

  it('names the version of any other', async () => {
    for (const version of ['1.13.1', '2.10.0', '2.15.0', '3.11.0']) {
      expect(await inspectLibTorch(fakeLibTorch(temporaryFolder(), version))).toEqual({
        verdict: `is LibTorch ${version}; supported are 2.11 to 2.14, for the CPU or for CUDA 13`,
      })
    }
  })

  it('says which CUDA a build is for when that is not supported', async () => {
    expect(await inspectLibTorch(fakeLibTorch(temporaryFolder(), '2.13.0', 12))).toEqual({
      verdict: 'is built for CUDA 12; supported are 2.11 to 2.14, for the CPU or for CUDA 13',
    })
  })

  it('names the CUDA libraries that the loader does not find', async () => {
    const folder = fakeLibTorch(temporaryFolder(), '2.13.0', 13)
    const scratch = temporaryFolder()
    const library = join(scratch, 'libcublas_of_nowhere.so')
    execFileSync('c++', ['-shared', '-o', library, '-x', 'c++', '/dev/null'])
    const cuda = join(folder, 'lib', 'libtorch_cuda.so')
    execFileSync('c++', [
      '-shared',
      '-o',
      cuda,
      '-x',
      'c++',
      '/dev/null',
      '-x',
      'none',
      '-Wl,--no-as-needed',
      '-L',
      scratch,
      '-lcublas_of_nowhere',
    ])
    rmSync(library)
    expect(await inspectLibTorch(folder)).toEqual({
      verdict: 'is a CUDA build, but these CUDA libraries are missing: libcublas_of_nowhere.so',
    })
  })

  it('tells a missing folder, missing libraries and missing headers apart', async () => {
    const folder = temporaryFolder()
    expect(await inspectLibTorch(join(folder, 'nothing'))).toEqual({ verdict: 'does not exist' })
    fakeLibTorch(folder, '2.13.0')
    rmSync(join(folder, 'include'), { recursive: true })
    expect(await inspectLibTorch(folder)).toEqual({ verdict: 'has no C++ headers (include/torch)' })
    rmSync(join(folder, 'lib/libtorch_cpu.so'))
    expect(await inspectLibTorch(folder)).toEqual({
      verdict: 'has no lib/libtorch_cpu.so: not a LibTorch, or an unfinished installation',
    })
  })

  it('sees that a real library was cut off while it was copied', async () => {
    const { libtorch } = await findLibTorch()
    const whole = readFileSync(join(libtorch!.folder, 'lib', 'libc10.so'))
    const folder = fakeLibTorch(temporaryFolder(), '2.13.0')
    write(join(folder, 'lib/libc10.so'), whole)
    expect(await inspectLibTorch(folder)).toHaveProperty('found')
    write(join(folder, 'lib/libc10.so'), whole.subarray(0, 100_000))
    expect(await inspectLibTorch(folder)).toEqual({
      verdict: expect.stringMatching(/^lib\/libc10\.so is cut off: 100000 of \d+ bytes$/) as string,
    })
  })

  it('refuses libraries of another processor', async () => {
    const folder = fakeLibTorch(temporaryFolder(), '2.13.0')
    const header = elfHeader()
    header.writeUInt16LE(8, 18) // MIPS
    write(join(folder, 'lib/libtorch.so'), header)
    expect(await inspectLibTorch(folder)).toEqual({
      verdict: `lib/libtorch.so is not for this processor (${process.arch})`,
    })
  })
})
