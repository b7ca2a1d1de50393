import { describe, expect, test } from 'vitest'
import { onStandin } from './programs.js'

/** Trains eight steps, of which the first two warm up and the third is captured; prints what came out. */
const training = `
  const trainer = await smallTrainer()
  const { status, losses, warnings } = await train(trainer, { steps: 8 })
  console.log(JSON.stringify({ status, losses: [...losses], warnings }))`

interface Outcome {
  status: string
  losses: number[]
  warnings: string[]
}

/** The outcome of the training with settings of the stand-in, and the violations. */
async function trained(settings: Record<string, string> = {}): Promise<Outcome & { violations: string[] }> {
  const { stdout, stderr, violations } = await onStandin(training, settings)
  expect(stdout, stderr).not.toBe('')
  return { ...(JSON.parse(stdout) as Outcome), violations }
}

const notCaptured = /^a step could not be captured as a CUDA graph, and single launches .* slower: /

describe('a capture that fails', () => {
  test('leaves single operations, which give the same losses, and a warning', async () => {
    const expected = await trained()
    expect(expected).toMatchObject({ status: 'finished', warnings: [], violations: [] })
    const { warnings, ...found } = await trained({ REFUSE_NODE: '4' })
    expect(found).toMatchObject({ status: 'finished', losses: expected.losses, violations: [] })
    expect(warnings).toEqual([expect.stringMatching(notCaptured)])
    expect(warnings[0]).toContain('operation failed due to a previous error during capture')
  })

  test('for want of memory says what was asked for and what is free', async () => {
    const { status, warnings, violations } = await trained({ REFUSE_CAPTURE_MEMORY: '1' })
    expect({ status, violations }).toEqual({ status: 'finished', violations: [] })
    expect(warnings).toEqual([expect.stringMatching(notCaptured)])
    expect(warnings[0]).toMatch(/Tried to allocate \d+\.\d+ [KMG]iB.*\d+\.\d+ [KMG]iB is free/)
  })
})

describe('a device without memory', () => {
  test('refuses a network that does not fit, says what is free, and trains a smaller one', async () => {
    const { stdout, violations } = await onStandin(
      `
      const code = await smallTrainer({ units: 300_000 }).catch(({ code, message }) => code + ' ' + message)
      const trainer = await smallTrainer()
      const { status } = await train(trainer, { steps: 8 })
      console.log(JSON.stringify({ code, status }))`,
      { MEMORY_MIB: '24' },
    )
    const { code, status } = JSON.parse(stdout) as { code: string; status: string }
    expect(code).toMatch(/^OUT_OF_MEMORY .*Tried to allocate .* free/)
    expect({ status, violations }).toEqual({ status: 'finished', violations: [] })
  })
})

describe('device memory', () => {
  test('is free again after a trainer, with that of its graphs', async () => {
    // A trainer takes 2 MiB at least: 40 would not fit.
    const { stdout, stderr, violations } = await onStandin(
      `
      const outcomes = new Set()
      for (let i = 0; i < 40; i++) {
        const trainer = await smallTrainer()
        const { status, warnings } = await train(trainer, { steps: 5 })
        outcomes.add([status, ...warnings].join())
        trainer.dispose()
      }
      console.log([...outcomes].join('|'))`,
      { MEMORY_MIB: '48' },
    )
    expect(stdout, stderr).toBe('finished\n')
    expect(violations).toEqual([])
  })
})

describe('a device that is lost', () => {
  test('fails all calls of its process, which still ends', async () => {
    const { code, stdout, violations } = await onStandin(
      `
      const trainer = await smallTrainer()
      const errors = []
      for (let i = 0; i < 2; i++) await train(trainer, { steps: 8 }).catch(({ code, message }) => errors.push(code + ' ' + message))
      await smallTrainer().catch(({ code }) => errors.push(code))
      trainer.dispose()
      console.log(JSON.stringify(errors))`,
      { LOSE_AT: '12' },
    )
    expect({ code, violations }).toEqual({ code: 0, violations: [] })
    const lost = /^DEVICE_FAILED CUDA error: an illegal memory access .*; this process cannot use the device any more/
    expect(JSON.parse(stdout)).toEqual([expect.stringMatching(lost), expect.stringMatching(lost), 'DEVICE_FAILED'])
  })
})

describe('two devices', () => {
  test('train at once, with the same losses', async () => {
    const { stdout, stderr, violations } = await onStandin(
      `
      const losses = await Promise.all(['cuda:0', 'cuda:1', 'cuda:1', 'cuda:0'].map(async (device) => {
        const trainer = await smallTrainer({ change: { device } })
        return [...(await train(trainer, { steps: 50 })).losses]
      }))
      console.log(JSON.stringify(losses))`,
      { DEVICES: '2', ASYNCHRONOUS: '100' },
    )
    expect(stdout, stderr).not.toBe('')
    const losses = JSON.parse(stdout) as number[][]
    expect(losses[0]).toHaveLength(50)
    for (const other of losses.slice(1)) expect(other).toEqual(losses[0])
    expect(violations).toEqual([])
  })
})
