import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { train } from '../../src/train/train.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { smallExperiment } from '../train/small-experiment.js'
import { codeBlocks } from './markdown.js'

const blocks = codeBlocks('python', 'py')

test('there is Python in the documents', () => {
  expect(blocks.length).toBeGreaterThan(10)
})

test('it has no wrong syntax', () => {
  const check =
    'import ast, json, sys\nfor b in json.load(sys.stdin): compile(b["code"], b["place"], "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)'
  const { status, stderr } = spawnSync('python3', ['-c', check], { input: JSON.stringify(blocks), encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
})

const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
const packages = ['pandas==3.0.6', 'pyarrow==25.0.1', 'polars==1.44.2', 'duckdb==1.5.6', 'safetensors==0.8.0', 'numpy']

/** A Python that has the packages of docs/reading-runs.md. @returns undefined, with a line that says why, without pip's index */
function readers(): string | undefined {
  const folder = join(cache, 'layer-rotation', 'table-readers')
  const python = join(folder, 'bin', 'python')
  const installed = join(folder, 'is-installed')
  if (existsSync(installed)) return python
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(dirname(folder), { recursive: true })
  const made = spawnSync('python3', ['-m', 'venv', folder], { encoding: 'utf8' })
  const pip = ['-m', 'pip', 'install', '--quiet', '--retries', '0', '--timeout', '20', '--no-input', ...packages]
  const got = made.status === 0 ? spawnSync(python, pip, { encoding: 'utf8' }) : made
  if (got.status !== 0) {
    console.log(`pandas, polars and DuckDB cannot be installed: ${got.stderr.trim().split('\n').at(-1)}`)
    return undefined
  }
  writeFileSync(installed, '')
  return python
}

test('the Python of docs/reading-runs.md reads a run', async ({ skip }) => {
  const python = readers()
  if (python === undefined) return skip('pip installs no pandas, polars and DuckDB here')
  const run = await train(smallExperiment, { runsFolder: temporaryFolder() })
  const own = blocks.filter(({ place }) => place.startsWith('docs/reading-runs.md'))
  expect(own.length).toBeGreaterThan(4)
  for (const { place, code } of own) {
    const program = `run = ${JSON.stringify(run.folder)}\n${code}`
    const { status, stdout, stderr } = spawnSync(python, ['-c', program], { encoding: 'utf8' })
    expect({ place, status, stderr }).toEqual({ place, status: 0, stderr: '' })
    expect(stdout).toMatch(/dense|accuracy/)
  }
}, 600_000)
