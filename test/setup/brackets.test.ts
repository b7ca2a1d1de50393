import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.js'
import { fakeLibTorch, write } from './fake-libtorch.js'

const modules = fileURLToPath(new URL('../../cmake', import.meta.url))

test.each(['plain', 'a [b] c', 'x*?'])('CMake finds the libraries of a LibTorch below the folder %j', (name) => {
  const packages = join(temporaryFolder(), name)
  const libtorch = fakeLibTorch(join(packages, 'torch [2.13]'), '2.13.0')
  const openmp = join(libtorch, 'lib', 'libgomp-1.so.1')
  const cuda = join(packages, 'nvidia', 'cuda_runtime', 'lib')
  write(openmp, '')
  write(join(cuda, 'libcudart.so'), '')
  const project = temporaryFolder()
  writeFileSync(
    join(project, 'CMakeLists.txt'),
    `cmake_minimum_required(VERSION 3.20)
project(test LANGUAGES NONE)
list(APPEND CMAKE_MODULE_PATH "${modules}")
include(LibTorch)
get_target_property(libraries LibTorch::LibTorch INTERFACE_LINK_LIBRARIES)
message(STATUS "libraries: \${libraries}")
message(STATUS "folders: \${LIBTORCH_CUDA_LIB_FOLDERS}")
`,
  )
  const args = ['-S', project, '-B', join(project, 'build'), `-DLIBTORCH_FOLDER=${libtorch}`]
  const { stdout, stderr } = spawnSync('cmake', args, { encoding: 'utf8' })
  expect(stderr).toBe('')
  const libraries = ['torch', 'torch_cpu', 'c10'].map((each) => join(libtorch, 'lib', `lib${each}.so`))
  expect(stdout).toContain(`libraries: ${[...libraries, openmp].join(';')}\n`)
  expect(stdout).toContain(`folders: ${cuda}\n`)
})
