import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LatestWriter } from '../../src/cli/measure/latest-writer.js'

test('values that come while one is written are passed over, but the last', async () => {
  const written: number[] = []
  const writer = new LatestWriter(async (value: number) => {
    await setImmediate()
    written.push(value)
  })
  for (const value of [1, 2, 3]) writer.push(value)
  await writer.end()
  writer.push(4)
  await writer.end()
  expect(written).toEqual([1, 3, 4])
})

test('an error ends it, at the next value or the end', async () => {
  const writer = new LatestWriter<number>(() => Promise.reject(new Error('the disk is full')))
  writer.push(1)
  await expect(writer.end()).rejects.toThrow('the disk is full')
  expect(() => writer.push(2)).toThrow('the disk is full')
})
