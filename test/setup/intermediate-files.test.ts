import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removeIntermediateFiles } from '../../scripts/setup/intermediate-files.mjs'
import { temporaryFolder } from '../support/temporary-folder.js'
import { write } from './fake-libtorch.js'

/** A package whose addon has just been built. */
function builtPackage(): string {
  const folder = temporaryFolder()
  write(join(folder, 'build/cmake/CMakeFiles/cmake_pch.hxx.gch'), 'large')
  write(join(folder, 'build/Release/layer_rotation.node'), 'the addon')
  return folder
}

const built = (folder: string) =>
  ['cmake', 'Release/layer_rotation.node'].filter((path) => existsSync(join(folder, 'build', path)))

test('an installed package keeps the addon and loses what its build left', () => {
  const folder = builtPackage()
  removeIntermediateFiles(join(folder, 'build/cmake'), folder)
  expect(built(folder)).toEqual(['Release/layer_rotation.node'])
})

test.each(['.git/HEAD', '.git'])('a git checkout (%s) keeps all of it for the next build', (mark) => {
  const folder = builtPackage()
  write(join(folder, mark), 'a checkout')
  removeIntermediateFiles(join(folder, 'build/cmake'), folder)
  expect(built(folder)).toEqual(['cmake', 'Release/layer_rotation.node'])
})
