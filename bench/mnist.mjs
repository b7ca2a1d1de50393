import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { baselineParent, baselinePython } from '../baseline/python.mjs'
import { experiment, layca, mlp, mnist, openRun, openTrainedRun, sgd, steps } from 'layer-rotation'
import { runMeasured } from './measured-process.mjs'
import { writeResult } from './result.mjs'
import { summarize } from './statistics.mjs'
import { spread, table } from './table.mjs'
import { takeTurns } from './turns.mjs'

const trainOnce = fileURLToPath(new URL('train-once.mjs', import.meta.url))

/**
 * @typedef {object} Sample
 * @property {number} seconds from the first step to the end of the last evaluation, as the run itself measured it
 * @property {number} peakMemoryMiB of the whole process
 * @property {number} testAccuracy 0 … 1
 */

/**
 * Times the paper's MNIST experiment at 3^-2, ours and the PyTorch baseline in turns, from the same initial weights.
 * @param {{ epochs: number, pairs: number, threads: number }} options
 */
export async function bench({ epochs, pairs, threads }) {
  const python = await baselinePython()
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-bench-'))
  try {
    const config = experiment({
      name: 'mnist',
      data: mnist({ perClass: 1000 }),
      model: mlp({ hidden: [784], batchNorm: true }),
      optimizer: layca(sgd()),
      learningRate: steps(3 ** -2, { at: epochs > 90 ? [90] : [], factor: 1 / 5 }),
      epochs,
      batchSize: 2048,
      seed: 1,
      device: 'cpu',
      threads,
    })
    const configFile = join(folder, 'config.json')
    writeFileSync(configFile, JSON.stringify(config))

    let runs = 0
    const ours = () => measure(join(folder, `run-${runs++}`), (out) => [process.execPath, [trainOnce, configFile, out]])
    // The first run is one of ours; all later runs start from its initial weights.
    const initial = join(folder, 'run-0/checkpoints/initial/model.safetensors')
    const args = ['-m', 'baseline', configFile, '--initial', initial, '--out']
    const pytorch = () => measure(join(folder, `run-${runs++}`), (out) => [python, [...args, out]])

    const results = await takeTurns(
      pairs,
      { ours, pytorch },
      (round, name, { seconds, peakMemoryMiB, testAccuracy }) => {
        const turn = round === 0 ? 'warm-up ' : `pair ${round}/${pairs}`
        const accuracy = `test accuracy ${(100 * testAccuracy).toFixed(2)} %`
        console.log(`${turn}  ${name.padEnd(7)}  ${seconds.toFixed(2)} s  ${peakMemoryMiB.toFixed(0)} MiB  ${accuracy}`)
      },
    )
    await report({ epochs, pairs, threads }, results, join(folder, 'run-1'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * @param {string} out
 * @param {(out: string) => [program: string, args: string[]]} command
 * @returns {Promise<Sample>}
 */
async function measure(out, command) {
  const { peakMemoryMiB } = await runMeasured(...command(out), { cwd: baselineParent })
  const last = (await openRun(out)).metrics.at(-1)
  if (!last || last.testAccuracy === null) throw new Error(`${out} has no finished epoch`)
  return { seconds: last.seconds, peakMemoryMiB, testAccuracy: last.testAccuracy }
}

/**
 * @param {{ epochs: number, pairs: number, threads: number }} options
 * @param {{ ours: Sample[], pytorch: Sample[] }} samples
 * @param {string} baselineRun a run folder of the baseline
 */
async function report(options, samples, baselineRun) {
  const seconds = { ours: samples.ours.map((s) => s.seconds), pytorch: samples.pytorch.map((s) => s.seconds) }
  const memory = {
    ours: samples.ours.map((s) => s.peakMemoryMiB),
    pytorch: samples.pytorch.map((s) => s.peakMemoryMiB),
  }
  const summary = {
    seconds: { ours: summarize(seconds.ours), pytorch: summarize(seconds.pytorch) },
    peakMemoryMiB: { ours: summarize(memory.ours), pytorch: summarize(memory.pytorch) },
  }
  const speedup = ratio(summary.seconds.pytorch, summary.seconds.ours)
  const pairRatios = seconds.pytorch.map((value, i) => value / (seconds.ours[i] ?? NaN))
  const memoryRatio = ratio(summary.peakMemoryMiB.ours, summary.peakMemoryMiB.pytorch)

  console.log()
  console.log(
    table([
      ['median (quartiles)', 'training, s', 'peak memory, MiB'],
      ['layer-rotation', spread(summary.seconds.ours, 2), spread(summary.peakMemoryMiB.ours, 0)],
      ['PyTorch', spread(summary.seconds.pytorch, 2), spread(summary.peakMemoryMiB.pytorch, 0)],
    ]),
  )
  const range = `pairs ${Math.min(...pairRatios).toFixed(2)}–${Math.max(...pairRatios).toFixed(2)}`
  console.log(`\n${speedup.toFixed(2)} times as fast as PyTorch (${range}; at least 1.15 wanted, 2 aimed at)`)
  console.log(`${memoryRatio.toFixed(2)} of PyTorch's peak memory (at most 1 wanted)`)

  const { node: python, libtorch } = (await openTrainedRun(baselineRun)).environment
  const measured = { ...options, speedup, pairRatios, memoryRatio, summary, samples }
  console.log(`\n${writeResult('mnist', measured, { python: python.replace('Python ', ''), libtorch })}`)
}

/**
 * @param {import('./statistics.mjs').Summary} a
 * @param {import('./statistics.mjs').Summary} b
 */
const ratio = (a, b) => a.median / b.median
