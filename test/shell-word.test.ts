import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shellWord } from '../src/shell-word.js'

/** The words that a shell gives to a program. */
function readBy(shell: string, words: readonly string[]): string[] {
  const script = `printf '%s\\0' ${words.map((word) => shellWord(word)).join(' ')}`
  return spawnSync(shell, ['-c', script], { encoding: 'utf8' }).stdout.split('\0').slice(0, -1)
}

test.each(['sh', 'bash'])('%s reads the words that were quoted, whatever they hold', (shell) => {
  const words = ["it's", 'a b', '$HOME', '`id`', '"', '\\', '*', '~', '!', 'a\nb', '', '-n', '{a,b}', '#c', "'''", 'ä']
  expect(readBy(shell, words)).toEqual(words)
  const word = fc.string({ unit: 'grapheme-ascii', maxLength: 12 })
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (some) => {
      expect(readBy(shell, some)).toEqual(some)
    }),
    { numRuns: 20 },
  )
})

test('words that mean themselves stay as they are', () => {
  for (const word of ['learningRate.initial=3^-2', 'runs/mnist', '--of']) expect(shellWord(word)).toBe(word)
})
