import { describe, expect, test } from 'vitest'
import { inTier } from '../support/tier.js'
import { program } from './support/program.js'

const collecting = `
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { setTimeout } from 'node:timers/promises'
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
/** Bytes, once all that is out of use is gone: a collection finds objects, the engine then frees what hung on them. */
const resident = async () => {
  for (let i = 0; i < 4; i++) {
    collect()
    await setTimeout(20)
  }
  return process.memoryUsage.rss()
}`

/** The number that a program prints. */
async function printed(body: string): Promise<number> {
  const { code, signal, stdout, stderr } = await program(collecting + body, { limit: inTier(60_000, 600_000) })
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' })
  return Number(stdout)
}

/** Returns by how many MB the resident set grows while `once` is done `n` times after a warm-up. */
const growth = (once: string, n: number) =>
  printed(`
const once = async () => { ${once} }
for (let i = 0; i < 100; i++) await once()
const before = await resident()
for (let i = 0; i < ${n}; i++) await once()
console.log((await resident() - before) / 2 ** 20)`)

describe(
  'the resident set stays within 50 MB, and within its share of them,',
  { timeout: inTier(60_000, 600_000) },
  () => {
    test.each([
      [
        'trainers that are made and disposed of',
        inTier(1000, 10_000),
        10_000,
        'const trainer = await smallTrainer(); trainer.dispose()',
      ],
      [
        'trainers that train',
        inTier(250, 3000),
        3000,
        'const trainer = await smallTrainer(); await train(trainer, { steps: 10 }); trainer.dispose()',
      ],
      [
        'epochs',
        inTier(200, 2000),
        2000,
        `globalThis.trainer ??= await smallTrainer()
      await train(trainer, { steps: 50, onProgress: () => {} })
      await Promise.all([trainer.evaluate('test', 8), trainer.rotation(), trainer.weights(), trainer.setReference('epoch')])`,
      ],
      [
        'constructions that fail',
        inTier(250, 1000),
        1000,
        `for (const change of [{ classes: 5 }, { device: 'cuda:99' }, { parameters: [] }, { layers: 'none' }]) {
        const code = await smallTrainer({ units: 1000, change }).then(() => 'none', (error) => error.code)
        if (!['INVALID_CONFIG', 'DEVICE_UNAVAILABLE'].includes(code)) throw new Error(code)
      }`,
      ],
    ])('through many %s (%i times)', async (_what, n, whole, once) => {
      // Part of the growth is of the heap, which does not follow the number.
      expect(await growth(once, n)).toBeLessThan(Math.max(50 * (n / whole), 15))
    })
  },
)

/** Its weights, their initial values and the optimizer's velocity are 4 MB each. */
const large = `smallTrainer({ units: 30_000, change: { optimizer: { type: 'sgd', momentum: 0.9, dampening: 0, nesterov: false, rateInVelocity: true } } })`

describe('trainers that are forgotten', () => {
  test('are collected with everything that they hold', async () => {
    const left = await printed(`
      let collected = 0
      const registry = new FinalizationRegistry(() => collected++)
      const forget = async () => { registry.register(await ${large}) }
      await forget()
      const before = await resident()
      for (let i = 0; i < 20; i++) await forget()
      const grown = await resident() - before
      if (collected < 20) throw new Error('collected ' + collected + ' of 21')
      console.log(grown / 2 ** 20)`)
    expect(left).toBeLessThan(30) // of 240
  })

  test('are collected without a request, as V8 knows what they hold', async () => {
    const most = await printed(`
      const before = process.memoryUsage.rss()
      let most = 0
      for (let i = 0; i < 100; i++) {
        await ${large}
        await setTimeout(1)
        most = Math.max(most, process.memoryUsage.rss() - before)
      }
      console.log(most / 2 ** 20)`)
    expect(most).toBeLessThan(600) // of 1,200
  })
})

test('a tensor beyond the limit of the process is refused, and smaller ones are still made', async () => {
  const { code, stdout, stderr } = await program(`
    process.constrainedMemory = () => process.memoryUsage.rss() + 150e6
    const refusal = await smallTrainer({ units: 1_000_000 }).then(() => 'none', (error) => error.code + ': ' + error.message)
    const trainer = await smallTrainer({ units: 30_000 })
    console.log(refusal, (await trainer.weights()).length)`)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(
    /^OUT_OF_MEMORY: not enough memory for a tensor of \d+ bytes: this process uses \d+ of .* 4\n$/,
  )
})
