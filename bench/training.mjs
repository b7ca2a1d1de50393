import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { constant, experiment, info, layca, sgd, synthetic } from 'layer-rotation'
import { baselineParent, baselinePython } from '../baseline/python.mjs'
import { runMeasured } from './measured-process.mjs'
import { writeResult } from './result.mjs'
import { median, summarize } from './statistics.mjs'
import { table } from './table.mjs'
import { takeTurns } from './turns.mjs'

const { zoo, zooNames, isZooName } = /** @type {typeof import('../src/model/zoo/zoo.js')} */ (
  await import(new URL('../dist/model/zoo/zoo.js', import.meta.url).href)
)

const oursOnce = fileURLToPath(new URL('training-once.mjs', import.meta.url))
const pytorchOnce = fileURLToPath(new URL('training_pytorch.py', import.meta.url))

const batchSize = 128
const precisions = /** @type {const} */ (['fp32', 'bf16'])

/**
 * @typedef {object} Options
 * @property {number} pairs
 * @property {number} threads
 * @property {number} seconds of measured steps in each process, at least
 * @property {string} models names of the zoo, separated by commas; '' for all
 * @property {string} optimizer 'layca' or 'sgd'
 */

/**
 * @typedef {object} Sample the measurements of one process
 * @property {number[]} stepNs nanoseconds a step, one number a block of steps
 * @property {number[]} [inputNs] nanoseconds a batch of the input pipeline alone; ours only
 * @property {number} peakMemoryMiB of the whole process
 */

/** @typedef {{ ours: Sample[], pytorch: Sample[] }} Samples */

/**
 * Times every network of the zoo in both precisions, ours and the PyTorch baseline in turns.
 * @param {Options} options
 */
export async function bench(options) {
  const python = await baselinePython()
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-bench-'))
  const configFile = join(folder, 'config.json')
  const results = []
  try {
    for (const name of chosen(options.models)) {
      for (const precision of precisions) {
        writeFileSync(configFile, JSON.stringify(configOf(name, precision, options)))
        const run = (/** @type {string} */ program, /** @type {string} */ script) =>
          measure(program, [script, configFile, String(options.seconds)])
        const contestants = {
          ours: () => run(process.execPath, oursOnce),
          pytorch: () => run(python, pytorchOnce),
        }
        const samples = await takeTurns(options.pairs, contestants, () => {}, { warmUp: false })
        results.push(compare(name, precision, samples))
        console.log(describe(results.at(-1)))
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  console.log('\n' + table([header, ...results.map(row)]))
  console.log('\n' + verdict(results))
  const versions = { libtorch: (await info()).libtorch.loaded }
  console.log('\n' + writeResult('training', { ...options, batchSize, results }, versions))
}

/** @param {string} models */
function chosen(models) {
  if (models === '') return zooNames
  return models.split(',').map((name) => {
    if (isZooName(name)) return name
    throw new Error(`--models: there is no network ${JSON.stringify(name)}; expected some of ${zooNames.join(', ')}`)
  })
}

/**
 * The config of a network with its usual options on images of its usual shape, which are shifted and flipped if they
 * have colours.
 * @param {import('../src/model/zoo/zoo.js').ZooName} name
 * @param {'fp32' | 'bf16'} precision
 * @param {Options} options
 */
function configOf(name, precision, { threads, optimizer }) {
  const { inputShape, shownWith = {} } = /** @type {import('../src/model/zoo/zoo.js').ZooNetwork} */ (zoo[name])
  const [channels = 0, height = 0, width = 0] = inputShape
  const model = /** @type {import('layer-rotation').ModelInput} */ ({ type: name, ...shownWith })
  const classes = zoo[name].options.shape.classes.parse(undefined)
  return experiment({
    name,
    data: synthetic({ shape: [channels, height, width], classes, train: 16 * batchSize, test: batchSize }),
    normalization: 'channel',
    augmentation: channels === 3 ? { shift: 4, flip: true } : { shift: 0, flip: false },
    model,
    optimizer: optimizer === 'sgd' ? sgd() : layca(sgd()),
    learningRate: constant(optimizer === 'sgd' ? 1e-3 : 3 ** -5),
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
 * @returns {Promise<Sample>}
 */
async function measure(program, args) {
  const { stdout, peakMemoryMiB } = await runMeasured(program, args, { cwd: baselineParent })
  const times = /** @type {Pick<Sample, 'stepNs' | 'inputNs'>} */ (JSON.parse(stdout))
  return { ...times, peakMemoryMiB }
}

/**
 * @param {string} name
 * @param {string} precision
 * @param {Samples} samples
 */
function compare(name, precision, samples) {
  const rates = (/** @type {Sample[]} */ all) => all.flatMap(({ stepNs }) => stepNs).map(imagesPerSecond)
  const memory = (/** @type {Sample[]} */ all) => median(all.map(({ peakMemoryMiB }) => peakMemoryMiB))
  const speed = { ours: summarize(rates(samples.ours)), pytorch: summarize(rates(samples.pytorch)) }
  const peakMemoryMiB = { ours: memory(samples.ours), pytorch: memory(samples.pytorch) }
  const input = median(samples.ours.flatMap(({ inputNs = [] }) => inputNs).map(imagesPerSecond))
  return {
    name,
    precision,
    imagesPerSecond: speed,
    speedup: speed.ours.median / speed.pytorch.median,
    peakMemoryMiB,
    memoryRatio: peakMemoryMiB.ours / peakMemoryMiB.pytorch,
    inputImagesPerSecond: input,
    samples,
  }
}

/** @typedef {ReturnType<typeof compare>} Result */

/** @param {number} ns of one batch */
const imagesPerSecond = (ns) => (batchSize * 1e9) / ns

/** @param {Result | undefined} result */
function describe(result) {
  if (!result) return ''
  const { name, precision, imagesPerSecond, speedup, memoryRatio } = result
  const rate = `${imagesPerSecond.ours.median.toFixed(1)} against ${imagesPerSecond.pytorch.median.toFixed(1)} images/s`
  return `${name} ${precision}: ${rate}, ${speedup.toFixed(2)} times; memory ${memoryRatio.toFixed(2)}`
}

const header = ['', 'images/s', 'PyTorch', 'ratio', 'MiB', 'PyTorch', 'ratio', 'input, images/s']

/** @param {Result} result */
function row({ name, precision, imagesPerSecond, speedup, peakMemoryMiB, memoryRatio, inputImagesPerSecond }) {
  return [
    `${name} ${precision}`,
    imagesPerSecond.ours.median.toFixed(1),
    imagesPerSecond.pytorch.median.toFixed(1),
    speedup.toFixed(2),
    peakMemoryMiB.ours.toFixed(0),
    peakMemoryMiB.pytorch.toFixed(0),
    memoryRatio.toFixed(2),
    inputImagesPerSecond.toFixed(0),
  ]
}

/** @param {Result[]} results */
function verdict(results) {
  const worst = (
    /** @type {(result: Result) => number} */ badness,
    /** @type {(result: Result) => number} */ value,
  ) => {
    const [first] = [...results].sort((a, b) => badness(b) - badness(a))
    return first ? `${value(first).toFixed(2)} (${first.name} ${first.precision})` : 'nothing'
  }
  const least = (/** @type {(result: Result) => number} */ value) => worst((result) => -value(result), value)
  const most = (/** @type {(result: Result) => number} */ value) => worst(value, value)
  return [
    `speed: at least ${least(({ speedup }) => speedup)} of PyTorch's (1.00 wanted)`,
    `peak memory: at most ${most(({ memoryRatio }) => memoryRatio)} of PyTorch's (1.00 wanted)`,
    `input pipeline: at least ${least(inputMargin)} times as fast as the network it feeds (20 wanted)`,
  ].join('\n')
}

/** @param {Result} result */
const inputMargin = ({ inputImagesPerSecond, imagesPerSecond }) => inputImagesPerSecond / imagesPerSecond.ours.median
