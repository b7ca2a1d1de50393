import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { freeMemory } from '../../src/train/free-memory.js'

const size = 2 ** 28

/** Holds a large array for a while, as preparing a training does. */
async function pass(): Promise<number> {
  const images = new Uint8Array(size).fill(1)
  await setTimeout(1)
  return images[5]!
}

test('memory that a function held is freed after its end', async () => {
  const { arrayBuffers } = process.memoryUsage()
  await pass()
  freeMemory()
  const held = () => process.memoryUsage().arrayBuffers - arrayBuffers
  for (let waited = 0; waited < 300 && held() >= size / 2; waited++) await setTimeout(100)
  expect(held()).toBeLessThan(size / 2)
})
