import { expect, test } from 'vitest'
import { withoutRepeats } from '../../src/measure/repeated-notes.js'

test('notes that differ in the checkpoint only are one', () => {
  const notes = [
    'step1.pt: b is tied to a',
    'step2.pt: b is tied to a',
    'step2.pt: without c',
    'step3.pt: b is tied to a',
  ]
  expect(withoutRepeats(notes)).toEqual(['step1.pt and others: b is tied to a', 'step2.pt: without c'])
})
