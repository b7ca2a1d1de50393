import { fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { info } from 'layer-rotation'
import { writeResult } from './result.mjs'
import { summarize } from './statistics.mjs'
import { spread, table } from './table.mjs'
import { takeTurns } from './turns.mjs'
import { batchSize, chosenNetworks, zooConfig } from './zoo-config.mjs'

const once = fileURLToPath(new URL('side-by-side-once.mjs', import.meta.url))

/** Networks of small and large operations: the perceptron's steps are the shortest. */
const networks = /** @type {const} */ (['mlp', 'resnet32', 'vgg25', 'resnet110'])

/**
 * Compares one run on all threads with two runs at once, which have all threads or half of them each, in turns.
 * @param {{ pairs: number, threads: number, seconds: number, models: string }} options
 */
export async function bench({ pairs, threads, seconds, models }) {
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-bench-'))
  const half = Math.max(1, Math.floor(threads / 2))
  const results = []
  try {
    for (const name of chosenNetworks(models, networks)) {
      /** @param {number} runs @param {number} each */
      const measure = (runs, each) => {
        const file = join(folder, `${each}.json`)
        writeFileSync(file, JSON.stringify(zooConfig(name, 'fp32', { threads: each })))
        return imagesPerSecond(file, runs, seconds)
      }
      const samples = await takeTurns(
        pairs,
        { alone: () => measure(1, threads), all: () => measure(2, threads), half: () => measure(2, half) },
        (round, turn, rate) => console.log(`${name}  turn ${round}/${pairs}  ${turn}  ${rate.toFixed(1)} images/s`),
        { warmUp: false },
      )
      const rates = { alone: summarize(samples.alone), all: summarize(samples.all), half: summarize(samples.half) }
      const share = (/** @type {'all' | 'half'} */ turn) => rates[turn].median / rates.alone.median
      results.push({ name, imagesPerSecond: rates, ratios: { all: share('all'), half: share('half') }, samples })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  const head = ['images/s', `1 run × ${threads}`, `2 runs × ${threads}`, 'ratio', `2 runs × ${half}`, 'ratio']
  const rows = results.map(({ name, imagesPerSecond: { alone, all, half }, ratios }) => [
    name,
    spread(alone, 1),
    spread(all, 1),
    ratios.all.toFixed(2),
    spread(half, 1),
    ratios.half.toFixed(2),
  ])
  console.log('\n' + table([head, ...rows]))
  const { libtorch } = await info()
  const measured = { pairs, threads, seconds, batchSize, networks: results }
  console.log('\n' + writeResult('side-by-side', measured, { libtorch: libtorch.loaded }))
}

/**
 * Trains in `runs` processes at once, and adds up their images a second while all of them train.
 * @param {string} config a file
 * @param {number} runs
 * @param {number} seconds
 */
async function imagesPerSecond(config, runs, seconds) {
  const children = Array.from({ length: runs }, () =>
    fork(once, [config], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
  )
  const ends = children.map((child) => new Promise((resolve) => child.once('close', resolve)))
  try {
    const counts = children.map((child) => {
      /** @type {{ steps: number, at: number }[]} */
      const seen = []
      child.on('message', (message) => {
        const { steps } = /** @type {{ steps: number }} */ (message)
        seen.push({ steps, at: performance.now() })
      })
      return seen
    })
    await until(() => counts.every((seen) => seen.length > 2))
    for (const seen of counts) seen.splice(0, seen.length - 1)
    const begin = performance.now()
    await until(() => counts.every((seen) => (seen.at(-1)?.at ?? 0) >= begin + 1000 * seconds))
    return counts.map(stepsPerSecond).reduce((a, b) => a + b) * batchSize
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(ends)
  }

  /** @param {() => boolean} isTrue */
  async function until(isTrue) {
    while (!isTrue()) {
      if (children.some(({ exitCode }) => exitCode !== null)) throw new Error(`${once} failed`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** @param {{ steps: number, at: number }[]} seen */
function stepsPerSecond(seen) {
  const [first, last] = [seen[0], seen.at(-1)]
  if (first === undefined || last === undefined) throw new Error('a run made no step')
  return (1000 * (last.steps - first.steps)) / (last.at - first.at)
}
