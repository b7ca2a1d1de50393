import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { findLibTorch } from '../../scripts/setup/libtorch.mjs'
import { root } from '../../scripts/setup/paths.mjs'
import { write } from './fake-libtorch.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const x64 = `sys_platform == "linux" and platform_machine == "x86_64" or sys_platform == "win32"`

/** The requirements in the CUDA wheel of torch 2.14.1, shortened. */
const torch = [
  'filelock',
  'sympy>=1.13.3',
  'cuda-toolkit[cublas,cudart]==13.0.3; platform_system == "Linux"',
  'cuda-bindings<14,>=13.0.3; platform_system == "Linux" and python_version < "3.15"',
  'nvidia-cudnn-cu13==9.24.0.43; platform_system == "Linux"',
  'nvidia-nccl-cu13==2.30.7; platform_system == "Darwin"',
  'triton~=3.8.0; platform_system == "Linux" and python_version < "3.15"',
  'optree>=0.13.0; extra == "optree"',
]

/** The requirements in the wheel of cuda-toolkit 13.0.3.0, shortened. */
const toolkit = [
  `nvidia-cublas==13.1.1.3.*; (${x64} or platform_machine == "aarch64") and extra == "cublas"`,
  `nvidia-cuda-nvrtc==13.0.88.*; (${x64} or platform_machine == "aarch64") and extra == "cublas"`,
  `nvidia-cuda-runtime==13.0.96.*; (${x64} or platform_machine == "aarch64") and extra == "cudart"`,
  `nvidia-nvjpeg==13.0.1.86.*; (${x64} or platform_machine == "aarch64") and extra == "nvjpeg"`,
]

describe('cuda_requirements.py', () => {
  let packages: string
  let python: string

  beforeEach(async () => {
    packages = temporaryFolder()
    python = (await findLibTorch()).libtorch?.python ?? 'python3'
  })

  function install(name: string, version: string, requires: string[] = []): void {
    const lines = ['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`]
    const metadata = [...lines, ...requires.map((requirement) => `Requires-Dist: ${requirement}`)].join('\n')
    write(join(packages, `${name.replaceAll('-', '_')}-${version}.dist-info`, 'METADATA'), `${metadata}\n`)
  }

  function missing(): unknown {
    const script = join(root, 'scripts/setup/cuda_requirements.py')
    return JSON.parse(execFileSync(python, [script, packages], { encoding: 'utf8' }))
  }

  it('finds nothing to add to a CPU build', () => {
    install('torch', '2.13.0+cpu', ['filelock', 'sympy>=1.13.3'])
    expect(missing()).toEqual([])
  })

  it('starts with the requirements of torch for this platform, without triton and cuda-bindings', () => {
    install('torch', '2.14.1', torch)
    expect(missing()).toEqual(['cuda-toolkit==13.0.3', 'nvidia-cudnn-cu13==9.24.0.43'])
  })

  it('resolves the extras of cuda-toolkit that torch asks for, and no others', () => {
    install('torch', '2.14.1', torch)
    install('cuda-toolkit', '13.0.3.0', toolkit)
    install('nvidia-cudnn-cu13', '9.24.0.43', ['nvidia-cublas'])
    expect(missing()).toEqual([
      'nvidia-cublas==13.1.1.3.*',
      'nvidia-cuda-nvrtc==13.0.88.*',
      'nvidia-cuda-runtime==13.0.96.*',
    ])
  })

  it('finds nothing to add once all packages have the right version', () => {
    install('torch', '2.14.1', torch)
    install('cuda-toolkit', '13.0.3.0', toolkit)
    install('nvidia-cudnn-cu13', '9.24.0.43', ['nvidia-cublas'])
    install('nvidia-cublas', '13.1.1.3')
    install('nvidia-cuda-nvrtc', '13.0.88')
    install('nvidia-cuda-runtime', '13.0.48')
    expect(missing()).toEqual(['nvidia-cuda-runtime==13.0.96.*'])
    install('nvidia-cuda-runtime', '13.0.96')
  })
})
