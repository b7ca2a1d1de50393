import { expect, test } from 'vitest'
import { program } from '../native/support/program.js'

const advice = new URL('../../dist/train/precision-advice.js', import.meta.url).href

/** The notes on an experiment in bf16, read twice, and the faster precision of one in fp32, with oneDNN's variable set. */
async function adviceWith(limit: string, change: object = {}) {
  const config = { precision: 'bf16', device: 'cpu', threads: 1, ...change }
  const { stdout, stderr } = await program(
    `const { precisionNotes, fasterPrecision } = await import(${JSON.stringify(advice)})
    const config = ${JSON.stringify(config)}
    const notes = [await precisionNotes(config), await precisionNotes(config)]
    console.log(JSON.stringify({ notes, faster: await fasterPrecision({ ...config, precision: 'fp32' }) }))`,
    { env: { ONEDNN_MAX_CPU_ISA: limit } },
  )
  expect(stderr).toBe('')
  return JSON.parse(stdout) as { notes: string[][]; faster: string | null }
}

test.each(['AVX2', 'avx512_core'])('without instructions for bf16 (%s), a note tells how slow it is', async (limit) => {
  const { notes, faster } = await adviceWith(limit)
  expect(notes[0]).toHaveLength(1)
  const [, speed] =
    /^precision is bf16 on a CPU that has no instructions for bf16: a convolution runs (\S+) times as fast in bf16 as in fp32, measured now; precision=fp32 is faster here$/.exec(
      notes[0]![0]!,
    )!
  expect(Number(speed)).toBeGreaterThanOrEqual(0)
  expect(Number(speed)).toBeLessThan(1)
  // Measured once in a process.
  expect(notes[1]).toEqual(notes[0])
  expect(faster).toBeNull()
})

test('an experiment in fp32 gets no note', async () => {
  expect((await adviceWith('AVX2', { precision: 'fp32' })).notes).toEqual([[], []])
})

test('without AMX, fp32 is the faster precision', async () => {
  const { notes, faster } = await adviceWith('AVX512_CORE_BF16')
  expect(notes[0]![0]).toMatch(/^precision is bf16 on a CPU that has no (AMX|instructions for bf16): /)
  expect(faster).toBeNull()
})
