import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.js'
import { commandLine } from './command-line.js'

// test/paper repeats the experiment every day, without the command line.

test('paper mnist compares four runs with the published numbers', async () => {
  const cwd = temporaryFolder()
  const { code, stdout, stderr } = await commandLine(['paper', 'mnist', '--epochs', '1', '--seed', '3'], { cwd })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).not.toContain('\u001b')
  const { rows } = JSON.parse(readFileSync(join(cwd, 'runs', 'paper-mnist', 'summary.json'), 'utf8')) as {
    rows: { testAccuracy: number; rotation: { dense0: number } }[]
  }
  expect(rows).toHaveLength(4)
  for (const { testAccuracy, rotation } of rows) {
    expect(stdout).toContain(`test ${testAccuracy.toFixed(2)} %`)
    expect(stdout).toContain(`dense0 ${rotation.dense0.toFixed(3)}`)
  }
  expect(stdout).toMatch(/^3⁻² +\d+\.\d\d +96\.75 [✓✗] /m)
  expect(stdout).toContain('report    runs/paper-mnist/report.html')
})
