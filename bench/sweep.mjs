import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constant, info, openRun, presets, study, sweep, synthetic, vgg25 } from 'layer-rotation'
import { writeResult } from './result.mjs'
import { summarize } from './statistics.mjs'
import { spread, table } from './table.mjs'
import { takeTurns } from './turns.mjs'

/**
 * @typedef {object} Sample
 * @property {number} seconds of the whole sweep
 * @property {number} overhead seconds a point beside its training
 */

/** The points of a timed study, and of the study that tells what a point costs beside its training, with one epoch each. */
const [points, shortPoints] = [8, 48]

/**
 * Times the same study with one process on all cores and with as many processes as cores, in turns, for a perceptron and for a
 * small convolutional network; and the seconds that a point of a longer study costs beside its training.
 * @param {{ pairs: number, threads: number }} options
 */
export async function bench({ pairs, threads }) {
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-bench-'))
  const mnist = /** @type {NonNullable<typeof presets[string]>} */ (presets['mnist'])()
  const images = synthetic({ shape: [3, 32, 32], classes: 10, train: 2560, test: 256 })
  const networks = {
    perceptron: { ...mnist, epochs: 5, learningRate: constant(3 ** -2) },
    'small VGG': {
      ...mnist,
      data: images,
      model: vgg25({ width: 8, convolutionsPerStage: 2 }),
      epochs: 1,
      batchSize: 128,
      learningRate: constant(3 ** -2),
    },
  }
  let runs = 0
  let overhead
  /** @type {Record<string, object>} */
  const measured = {}
  try {
    for (const [name, base] of Object.entries(networks)) {
      const once = seeds(base, points)
      /** @param {number} jobs */
      const run = (jobs) => timed(once, join(folder, String(runs++)), jobs)
      const samples = await takeTurns(
        pairs,
        { together: () => run(1), apart: () => run(threads) },
        (round, turn, { seconds }) => {
          const place = round === 0 ? 'warm-up ' : `pair ${round}/${pairs}`
          const jobs = turn === 'together' ? `1 process on ${threads} threads` : `${threads} processes on 1 thread`
          console.log(`${place}  ${name}  ${jobs}  ${seconds.toFixed(2)} s`)
        },
      )
      measured[name] = report(name, samples, threads)
    }
    const short = seeds({ ...networks.perceptron, epochs: 1 }, shortPoints)
    const overheads = []
    for (let i = 0; i < pairs; i++) overheads.push((await timed(short, join(folder, String(runs++)), 1)).overhead)
    overhead = summarize(overheads)
    console.log(
      `${spread(overhead, 2)} s a point beside its training, of ${shortPoints} perceptrons with one epoch each ` +
        `in one process (at most 0.5 wanted)`,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
  const { libtorch } = await info()
  console.log(
    `\n${writeResult('sweep', { points, pairs, threads, networks: measured, shortPoints, overhead }, { libtorch: libtorch.loaded })}`,
  )
}

/**
 * @param {import('layer-rotation').ExperimentInput} base
 * @param {number} length
 */
const seeds = (base, length) =>
  study({ name: 'bench', base, axes: { seed: Array.from({ length }, (_, seed) => seed) } })

/**
 * @param {import('layer-rotation').StudyConfig} config
 * @param {string} runsFolder
 * @param {number} jobs
 * @returns {Promise<Sample>}
 */
async function timed(config, runsFolder, jobs) {
  const begin = performance.now()
  const { folder, finished } = await sweep(config, { runsFolder, jobs })
  const seconds = (performance.now() - begin) / 1000
  const { length } = config.points
  if (finished.length !== length) throw new Error(`${finished.length} of ${length} points finished`)
  const runs = await Promise.all(finished.map((point) => openRun(join(folder, point.folder))))
  const training = runs.reduce((sum, { metrics }) => sum + (metrics.at(-1)?.seconds ?? NaN), 0)
  return { seconds, overhead: (seconds - training) / length }
}

/**
 * @param {string} name
 * @param {{ together: Sample[], apart: Sample[] }} samples
 * @param {number} threads
 */
function report(name, { together, apart }, threads) {
  const summary = {
    together: summarize(together.map(({ seconds }) => seconds)),
    apart: summarize(apart.map(({ seconds }) => seconds)),
  }
  const speedup = summary.together.median / summary.apart.median
  console.log()
  console.log(
    table([
      [`${name}, ${points} points: median (quartiles)`, 'whole sweep, s'],
      [`1 process on ${threads} threads`, spread(summary.together, 2)],
      [`${threads} processes on 1 thread`, spread(summary.apart, 2)],
    ]),
  )
  console.log(`\n${speedup.toFixed(2)} times as fast with ${threads} processes`)
  console.log()
  return { speedup, ...summary, samples: { together, apart } }
}
