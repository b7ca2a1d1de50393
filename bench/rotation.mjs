import { fileURLToPath } from 'node:url'
import { info } from 'layer-rotation'
import { baselineParent, baselinePython } from '../baseline/python.mjs'
import { wideResNetSizes } from './kernel-sizes.mjs'
import { runMeasured } from './measured-process.mjs'
import { writeResult } from './result.mjs'
import { summarize } from './statistics.mjs'
import { table } from './table.mjs'
import { takeTurns } from './turns.mjs'

const oursOnce = fileURLToPath(new URL('rotation-once.mjs', import.meta.url))
const foreachOnce = fileURLToPath(new URL('rotation_foreach.py', import.meta.url))

const parameters = wideResNetSizes.reduce((sum, size) => sum + size)

/** Bytes a parameter that each algorithm has to move; README.md explains what is counted. */
const bytes = { triadNs: 12, monitorNs: 8, laycaNs: 20, laycaMomentumNs: 28 }

/** @typedef {keyof typeof bytes} Kernel */
/** @typedef {Partial<Record<Kernel, number[]>>} Times in nanoseconds */

/**
 * Times the monitor and Layca on the weights of a WRN-28-10 against a triad and against the PyTorch baseline.
 * @param {{ pairs: number, threads: number }} options
 */
export async function bench({ pairs, threads }) {
  const python = await baselinePython()
  const run = async (
    /** @type {string} */ program,
    /** @type {string} */ script,
    /** @type {number} */ repetitions,
  ) => {
    const args = [script, String(threads), String(repetitions), ...wideResNetSizes.map(String)]
    const { stdout } = await runMeasured(program, args, { cwd: baselineParent })
    return /** @type {Times} */ (JSON.parse(stdout))
  }
  const contestants = {
    ours: () => run(process.execPath, oursOnce, 4),
    pytorch: () => run(python, foreachOnce, 20),
  }
  const turns = await takeTurns(pairs, contestants, (round, name) => {
    console.log(`${round === 0 ? 'warm-up ' : `pair ${round}/${pairs}`}  ${name} done`)
  })
  const samples = { ours: pooled(turns.ours), pytorch: pooled(turns.pytorch) }
  const summary = { ours: summaries(samples.ours), pytorch: summaries(samples.pytorch) }
  const rows = [...describe('layer-rotation', summary.ours), ...describe('PyTorch', summary.pytorch)]
  console.log('\n' + table([['median (quartiles)', 'ms', 'GB/s'], ...rows]))

  const ratios = {
    monitorBandwidthToTriad: bandwidth('monitorNs', summary.ours) / bandwidth('triadNs', summary.ours),
    monitorSpeedup: speedup('monitorNs', summary),
    laycaSpeedup: speedup('laycaNs', summary),
    laycaMomentumSpeedup: speedup('laycaMomentumNs', summary),
  }
  console.log(`\nmonitor: ${percent(ratios.monitorBandwidthToTriad)} of the triad's bandwidth (at least 95 % wanted)`)
  console.log(`monitor: ${ratios.monitorSpeedup.toFixed(2)} times as fast as PyTorch's`)
  console.log(`Layca: ${ratios.laycaSpeedup.toFixed(2)} times as fast as torch._foreach code (at least 2.5 wanted)`)
  console.log(`Layca with momentum: ${ratios.laycaMomentumSpeedup.toFixed(2)} times as fast`)

  const measured = { threads, parameters, layers: wideResNetSizes.length, pairs, bytes, ratios, summary, samples }
  console.log('\n' + writeResult('rotation', measured, { libtorch: (await info()).libtorch.loaded }))
}

/**
 * Returns the samples of all turns of one contestant.
 * @param {Times[]} turns
 */
function pooled(turns) {
  /** @type {Times} */
  const all = {}
  for (const turn of turns) {
    for (const kernel of kernelsOf(turn)) all[kernel] = [...(all[kernel] ?? []), ...(turn[kernel] ?? [])]
  }
  return all
}

/** @typedef {Partial<Record<Kernel, import('./statistics.mjs').Summary>>} Summaries of nanoseconds */

/**
 * @param {Times} times
 * @returns {Summaries}
 */
function summaries(times) {
  return Object.fromEntries(kernelsOf(times).map((kernel) => [kernel, summarize(times[kernel] ?? [])]))
}

/** @param {object} times */
const kernelsOf = (times) => /** @type {Kernel[]} */ (Object.keys(bytes).filter((kernel) => kernel in times))

/**
 * Returns a row for each kernel, with time and bandwidth.
 * @param {string} who
 * @param {Summaries} summary
 */
function describe(who, summary) {
  return kernelsOf(summary).map((kernel) => {
    const { median = NaN, lowerQuartile = NaN, upperQuartile = NaN } = summary[kernel] ?? {}
    const [middle, low, high] = [median, lowerQuartile, upperQuartile].map((ns) => (ns / 1e6).toFixed(1))
    const name = `${who}, ${names[kernel]}`
    return [name, `${middle} (${low}–${high})`, who === 'PyTorch' ? '' : bandwidth(kernel, summary).toFixed(1)]
  })
}

const names = { triadNs: 'triad', monitorNs: 'monitor', laycaNs: 'Layca', laycaMomentumNs: 'Layca with momentum' }

/**
 * The bandwidth in GB/s at the median time.
 * @param {Kernel} kernel
 * @param {Summaries} summary
 */
function bandwidth(kernel, summary) {
  return (bytes[kernel] * parameters) / (summary[kernel]?.median ?? NaN)
}

/**
 * @param {Kernel} kernel
 * @param {{ ours: Summaries, pytorch: Summaries }} summary
 */
function speedup(kernel, { ours, pytorch }) {
  return (pytorch[kernel]?.median ?? NaN) / (ours[kernel]?.median ?? NaN)
}

/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(0)} %`
