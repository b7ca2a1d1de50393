import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { constant, experiment, exported, info, sgd, synthetic } from 'layer-rotation'
import { baselineParent, baselinePython } from '../baseline/python.mjs'
import { machine } from './machine.mjs'
import { runMeasured } from './measured-process.mjs'
import { writeResult } from './result.mjs'
import { summarize } from './statistics.mjs'
import { spread, table } from './table.mjs'
import { takeTurns } from './turns.mjs'

const oursOnce = fileURLToPath(new URL('training-once.mjs', import.meta.url))
const nets = fileURLToPath(new URL('exported_nets.py', import.meta.url))

const batchSize = 64

/** A network of many products, one of attention, and one of small operators, whose calls count. */
const names = ['resnet18', 'visionTransformer', 'smallNet']

/**
 * Times networks that were exported from PyTorch, trained here and in eager PyTorch in turns.
 * @param {{ pairs: number, threads: number, seconds: number }} options
 */
export async function bench({ pairs, threads, seconds }) {
  const python = await baselinePython()
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-bench-'))
  const results = []
  try {
    for (const name of names) {
      const file = join(folder, `${name}.pt2`)
      await runMeasured(python, ['-W', 'ignore', nets, name, file], { cwd: baselineParent })
      for (const precision of precisions()) {
        const configFile = join(folder, 'config.json')
        writeFileSync(configFile, JSON.stringify(configOf(name, file, precision, threads)))
        const contestants = {
          ours: () => measure(process.execPath, [oursOnce, configFile, String(seconds)]),
          pytorch: () => measure(python, ['-W', 'ignore', nets, name, configFile, String(seconds)]),
        }
        const samples = await takeTurns(pairs, contestants, () => {}, { warmUp: false })
        const images = (/** @type {'ours' | 'pytorch'} */ who) =>
          summarize(samples[who].flatMap(({ stepNs }) => stepNs).map((ns) => (batchSize * 1e9) / ns))
        const speed = { ours: images('ours'), pytorch: images('pytorch') }
        const result = { name, precision, imagesPerSecond: speed, speedup: speed.ours.median / speed.pytorch.median }
        results.push(result)
        console.log(row(result).join('  '))
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  const header = ['images a second, median (quartiles)', 'layer-rotation', 'eager PyTorch', 'ratio']
  console.log('\n' + table([header, ...results.map(row)]))
  console.log('\nat least 1.0 of eager PyTorch is wanted')
  const measured = { threads, pairs, seconds, batchSize, results }
  console.log('\n' + writeResult('exported', measured, { libtorch: (await info()).libtorch.loaded }))
}

/** bf16 is timed where the processor has instructions for it: without them a step takes both sides half a minute. */
function precisions() {
  const hasBf16 = machine().instructionSets.some((name) => name.endsWith('bf16'))
  return hasBf16 ? /** @type {const} */ (['fp32', 'bf16']) : /** @type {const} */ (['fp32'])
}

/**
 * @param {string} name
 * @param {string} file
 * @param {'fp32' | 'bf16'} precision
 * @param {number} threads
 */
function configOf(name, file, precision, threads) {
  return experiment({
    name,
    data: synthetic({ shape: [3, 32, 32], classes: 10, train: 16 * batchSize, test: batchSize }),
    model: exported({ file }),
    optimizer: sgd({ momentum: 0.9 }),
    learningRate: constant(1e-3),
    epochs: 1,
    batchSize,
    precision,
    device: 'cpu',
    threads,
  })
}

/**
 * @param {string} program
 * @param {string[]} args
 */
async function measure(program, args) {
  const { stdout } = await runMeasured(program, args, { cwd: baselineParent })
  return /** @type {{ stepNs: number[] }} */ (JSON.parse(stdout))
}

/** @param {{ name: string, precision: string, imagesPerSecond: Record<'ours' | 'pytorch', import('./statistics.mjs').Summary>, speedup: number }} result */
function row({ name, precision, imagesPerSecond, speedup }) {
  const { ours, pytorch } = imagesPerSecond
  return [`${name} ${precision}`, spread(ours, 0), spread(pytorch, 0), speedup.toFixed(2)]
}
