import { expect, test } from 'vitest'
import { clip, width } from '../../src/cli/terminal/clip.js'

test('clipping counts what is seen, and keeps colours closed', () => {
  const coloured = '\u001b[32mgreen\u001b[39m and plain'
  expect(width(coloured)).toBe(15)
  expect(clip(coloured, 15)).toBe(coloured)
  expect(clip(coloured, 4)).toBe('\u001b[32mgre…\u001b[39m')
  expect(clip('▁▂▃▄', 3)).toBe('▁▂…')
  expect(clip('text', 0)).toBe('')
})
