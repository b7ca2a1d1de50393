import { styleText } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { LiveBlock } from '../../src/cli/terminal/live-block.js'
import { Terminal } from './terminal.js'

function blockOn(columns: number): { terminal: Terminal; block: LiveBlock } {
  const terminal = new Terminal(columns)
  terminal.write('$ layer-rotation run mnist\n')
  const block = new LiveBlock(terminal.asStream())
  onTestFinished(() => block.clear()) // else it waits for Ctrl-Z
  return { terminal, block }
}

test('draws over itself, in one write each time', () => {
  const { terminal, block } = blockOn(40)
  block.render(['epoch 1', 'a long line', 'third'])
  block.render(['epoch 2', 'short'])
  expect(terminal.lines).toEqual(['$ layer-rotation run mnist', 'epoch 2', 'short'])
  expect(terminal.writes).toBe(3)
  expect(terminal.unknown).toEqual([])
})

test('lasting lines go above it', () => {
  const { terminal, block } = blockOn(40)
  block.render(['one', 'two'])
  block.print(['Stopping'])
  block.render(['three'])
  expect(terminal.lines).toEqual(['$ layer-rotation run mnist', 'Stopping', 'three'])
})

test('leaves nothing behind when it is cleared', () => {
  const { terminal, block } = blockOn(40)
  block.render(['one', 'two'])
  block.clear()
  block.clear()
  terminal.write('done\n')
  expect(terminal.lines).toEqual(['$ layer-rotation run mnist', 'done'])
})

test('lines are clipped to the width, so that no row is wrapped', () => {
  const { terminal, block } = blockOn(20)
  block.render([styleText('green', '0123456789'.repeat(3), { validateStream: false })])
  block.render(['x'])
  expect(terminal.lines).toEqual(['$ layer-rotation run', ' mnist', 'x'])
  block.render(['0123456789'.repeat(3)])
  expect(terminal.lines.at(-1)).toBe('012345678901234567…')
})

test.each([
  [60, 20],
  [60, 33],
  [20, 60],
  [60, 59],
])('a terminal that changes its width from %i to %i columns keeps no old lines', (from, to) => {
  const { terminal, block } = blockOn(from)
  const line = (epoch: number) => [`epoch ${epoch} ${'━'.repeat(100)}`, 'rate 0.1', '▁▂▃▄▅▆▇█'.repeat(20)]
  block.render(line(1))
  terminal.resize(to)
  block.render(line(2))
  expect(terminal.lines.join('\n')).not.toContain('epoch 1')
  expect(terminal.lines.slice(-3).map((text) => text.slice(0, 7))).toEqual(['epoch 2', 'rate 0.', '▁▂▃▄▅▆▇'])
  expect(terminal.lines.join('')).toMatch(/^\$ layer-rotation run mnistepoch 2/)
})

test('after a suspended job comes back, it starts again below', () => {
  const { terminal, block } = blockOn(40)
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    terminal.write('^Z stopped\n')
    return true
  })
  onTestFinished(() => kill.mockRestore())
  block.render(['one'])
  process.emit('SIGTSTP')
  expect(kill.mock.calls).toEqual([[process.pid, 'SIGSTOP']])
  block.render(['two'])
  expect(terminal.lines).toEqual(['$ layer-rotation run mnist', 'one', '^Z stopped', 'two'])
  block.clear()
  expect(process.listenerCount('SIGTSTP')).toBe(0)
})
