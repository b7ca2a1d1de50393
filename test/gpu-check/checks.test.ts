import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runChecks } from '../../scripts/gpu-check/checks.mjs'
import { Report } from '../../scripts/gpu-check/report.mjs'
import { temporaryFolder } from '../support/temporary-folder.js'
import { host } from './host.js'

test('a check that measures runs after all others have ended', async () => {
  const folder = temporaryFolder()
  const times = join(folder, 'times')
  appendFileSync(times, '')
  /** Writes its name when it starts and when it ends. */
  const check = (name: string, milliseconds: number, alone?: boolean) => ({
    name,
    program: process.execPath,
    args: [
      '-e',
      `const { appendFileSync } = require('node:fs')
       appendFileSync('${times}', '${name} starts\\n')
       setTimeout(() => appendFileSync('${times}', '${name} ends\\n'), ${milliseconds})`,
    ],
    verdict: 'exit code' as const,
    ...(alone && { alone }),
  })
  const report = new Report(folder, host, { again: false })
  const checks = [check('measurement', 1, true), check('slow', 300), check('fast', 1)]
  await runChecks(report, 'first', { checks, deadline: performance.now() + 60_000 })
  expect(readFileSync(times, 'utf8').trimEnd().split('\n').slice(-2)).toEqual([
    'measurement starts',
    'measurement ends',
  ])
  expect(report.parts['first']?.map(({ state }) => state)).toEqual(['passed', 'passed', 'passed'])
})
