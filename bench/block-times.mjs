import { performance } from 'node:perf_hooks'

/**
 * Times a loop of training steps in blocks of about a second, until `seconds` are over and at least twice. The first
 * two steps warm up, or only the first one if a step takes longer than a block. block_times.py does the same.
 *
 * @param {(steps: number) => Promise<void>} run
 * @param {number} seconds
 * @returns {Promise<number[]>} nanoseconds a step, one number a block
 */
export async function blockTimes(run, seconds) {
  const time = async (/** @type {number} */ steps) => {
    const start = performance.now()
    await run(steps)
    return (performance.now() - start) / 1000
  }
  await time(1)
  const second = await time(1)
  const steps = Math.max(1, Math.round(1 / second))
  const blocks = steps === 1 ? [second] : []
  for (let spent = steps === 1 ? second : 0; spent < seconds || blocks.length < 2;) {
    const block = await time(steps)
    spent += block
    blocks.push(block / steps)
  }
  return blocks.map((block) => block * 1e9)
}
