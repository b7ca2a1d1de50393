import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.js'
import { main, tinyRun } from './command-line.js'
import { Terminal } from './terminal.js'

const hasScript = spawnSync('script', ['--version']).status === 0

/** Runs the command line in a pseudo-terminal, which util-linux's script(1) gives it. */
function inTerminal(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const command = [process.execPath, main, ...words].map((word) => `'${word}'`).join(' ')
  const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    cwd,
    env: { PATH: process.env['PATH'], TERM: 'xterm-256color', ...env },
    encoding: 'utf8',
    // Nothing is typed, and the terminal is not at its end: script would pass that on.
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  return stdout
}

test.skipIf(!hasScript)('in a terminal the progress is drawn over itself and gone at the end', () => {
  const output = inTerminal(tinyRun({ epochs: 20 }), temporaryFolder())
  const terminal = new Terminal(200)
  terminal.write(output)
  expect(terminal.unknown).toEqual([])
  expect(terminal.lines.map((line) => line.split(' ')[0])).toEqual([
    'mnist',
    'folder',
    'finished',
    'rotation',
    'report',
  ])
  expect(output).toMatch(/epoch \d+\/20 /)
  expect(output).toMatch(/rotation 0\.\d{3} /)
  expect(output).toContain('\u001b[32m')
})

test.skipIf(!hasScript)('NO_COLOR takes the colours away, and TERM=dumb all control sequences', () => {
  const uncoloured = inTerminal(tinyRun(), temporaryFolder(), { NO_COLOR: '1' })
  expect(uncoloured).toContain('\u001b[?2026h')
  expect(uncoloured).not.toMatch(/\u001b\[[\d;]*m/)
  expect(inTerminal(tinyRun(), temporaryFolder(), { TERM: 'dumb' })).not.toContain('\u001b')
})
