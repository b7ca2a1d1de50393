import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { info } from 'layer-rotation'
import { baselineParent, baselinePython } from '../baseline/python.mjs'
import { runMeasured } from './measured-process.mjs'
import { measuredPeaks } from './peak.mjs'
import { writeResult } from './result.mjs'
import { median, summarize } from './statistics.mjs'
import { table } from './table.mjs'
import { withTcmalloc } from './tcmalloc.mjs'
import { takeTurns } from './turns.mjs'
import { batchSize, chosenNetworks, zooConfig } from './zoo-config.mjs'

const oursOnce = fileURLToPath(new URL('training-once.mjs', import.meta.url))
const pytorchOnce = fileURLToPath(new URL('training_pytorch.py', import.meta.url))

const precisions = /** @type {const} */ (['fp32', 'bf16'])
const layouts = /** @type {const} */ (['channelsLast', 'contiguous'])

/**
 * @typedef {object} Options
 * @property {number} pairs
 * @property {number} threads
 * @property {number} seconds of measured steps in each process, at least
 * @property {string} models names of the zoo, separated by commas; '' for all
 * @property {string} precision 'fp32' or 'bf16'; '' for both
 * @property {string} optimizer 'layca' or 'sgd'
 */

/**
 * @typedef {object} Sample the measurements of one process
 * @property {number[]} stepNs nanoseconds a step, one number a block of steps
 * @property {number} [flops] of a step; eager only
 * @property {number[]} [inputNs] nanoseconds a batch of the input pipeline alone; ours only
 * @property {number} peakMemoryMiB of the whole process
 */

/** @typedef {'ours' | 'eager' | 'channelsLast' | 'contiguous'} Contestant the last two are torch.compile in a memory format */
/** @typedef {Record<Contestant, Sample[]>} Samples */

/**
 * Times networks of the zoo: ours, eager PyTorch and torch.compile, in turns.
 * @param {Options} options
 */
export async function bench(options) {
  const python = await baselinePython()
  const compiling = withTcmalloc()
  const peaks = measuredPeaks(python, options.threads)
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-bench-'))
  const results = []
  try {
    for (const name of chosenNetworks(options.models)) {
      for (const precision of chosenPrecisions(options.precision)) {
        const config = zooConfig(name, precision, options)
        const files = layouts.map((memoryFormat) => {
          const file = join(folder, `${memoryFormat}.json`)
          writeFileSync(file, JSON.stringify({ ...config, memoryFormat }))
          return /** @type {const} */ ([memoryFormat, file])
        })
        const fileOf = /** @type {Record<(typeof layouts)[number], string>} */ (Object.fromEntries(files))
        const seconds = String(options.seconds)
        const compiled = (/** @type {string} */ file) =>
          measure(python, [pytorchOnce, file, 'compiled', seconds], compiling)
        const contestants = {
          ours: () => measure(process.execPath, [oursOnce, fileOf.channelsLast, seconds]),
          eager: () => measure(python, [pytorchOnce, fileOf.channelsLast, 'eager', seconds]),
          channelsLast: () => compiled(fileOf.channelsLast),
          contiguous: () => compiled(fileOf.contiguous),
        }
        const samples = await takeTurns(options.pairs, contestants, () => {}, { warmUp: false })
        results.push(compare(name, precision, samples, peaks[precision]))
        console.log(describe(results.at(-1)))
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  console.log('\n' + table([header, ...results.map(row)]))
  console.log('\n' + describePeaks(peaks))
  console.log(verdict(results))
  const versions = { libtorch: (await info()).libtorch.loaded }
  console.log('\n' + writeResult('training', { ...options, batchSize, peaks, results }, versions))
}

/** @param {string} precision */
const chosenPrecisions = (precision) => precisions.filter((each) => precision === '' || each === precision)

/**
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Sample>}
 */
async function measure(program, args, env = process.env) {
  const { stdout, peakMemoryMiB } = await runMeasured(program, args, { cwd: baselineParent, env })
  const times = /** @type {Omit<Sample, 'peakMemoryMiB'>} */ (JSON.parse(stdout))
  return { ...times, peakMemoryMiB }
}

/**
 * @param {string} name
 * @param {'fp32' | 'bf16'} precision
 * @param {Samples} samples
 * @param {number} peak floating-point operations a second
 */
function compare(name, precision, samples, peak) {
  const rates = (/** @type {Sample[]} */ all) => summarize(all.flatMap(({ stepNs }) => stepNs).map(imagesPerSecond))
  const memory = (/** @type {Sample[]} */ all) => median(all.map(({ peakMemoryMiB }) => peakMemoryMiB))
  const compiled = { channelsLast: rates(samples.channelsLast), contiguous: rates(samples.contiguous) }
  const [layout] = [...layouts].sort((a, b) => compiled[b].median - compiled[a].median)
  const speed = {
    ours: rates(samples.ours),
    eager: rates(samples.eager),
    compiled: compiled[layout ?? 'channelsLast'],
  }
  const peakMemoryMiB = { ours: memory(samples.ours), eager: memory(samples.eager) }
  const flops = samples.eager[0]?.flops ?? NaN
  const shareOfPeak = (/** @type {number} */ rate) => ((rate / batchSize) * flops) / peak
  return {
    name,
    precision,
    imagesPerSecond: speed,
    compiledLayout: layout,
    speedup: {
      eager: speed.ours.median / speed.eager.median,
      compiled: speed.ours.median / speed.compiled.median,
    },
    peakMemoryMiB,
    memoryRatio: peakMemoryMiB.ours / peakMemoryMiB.eager,
    flops,
    shareOfPeak: {
      ours: shareOfPeak(speed.ours.median),
      eager: shareOfPeak(speed.eager.median),
      compiled: shareOfPeak(speed.compiled.median),
    },
    inputImagesPerSecond: median(samples.ours.flatMap(({ inputNs = [] }) => inputNs).map(imagesPerSecond)),
    samples,
  }
}

/** @typedef {ReturnType<typeof compare>} Result */

/** @param {number} ns of one batch */
const imagesPerSecond = (ns) => (batchSize * 1e9) / ns

/** @param {Result | undefined} result */
function describe(result) {
  if (!result) return ''
  const { name, precision, imagesPerSecond, speedup, shareOfPeak } = result
  const { ours, eager, compiled } = imagesPerSecond
  return (
    `${name} ${precision}: ${ours.median.toFixed(1)} images/s; eager ${eager.median.toFixed(1)}, ` +
    `${speedup.eager.toFixed(2)} times; compiled ${compiled.median.toFixed(1)}, ${speedup.compiled.toFixed(2)} times; ` +
    `${percent(shareOfPeak.ours)} of the peak`
  )
}

/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(0)} %`

const header = [
  'images/s',
  'ours',
  'eager',
  'ratio',
  'compiled',
  'ratio',
  'of the peak: ours',
  'eager',
  'compiled',
  'MiB, ours',
  'eager',
  'ratio',
  'input, images/s',
]

/** @param {Result} result */
function row({
  name,
  precision,
  imagesPerSecond,
  speedup,
  shareOfPeak,
  peakMemoryMiB,
  memoryRatio,
  inputImagesPerSecond,
}) {
  return [
    `${name} ${precision}`,
    imagesPerSecond.ours.median.toFixed(1),
    imagesPerSecond.eager.median.toFixed(1),
    speedup.eager.toFixed(2),
    imagesPerSecond.compiled.median.toFixed(1),
    speedup.compiled.toFixed(2),
    percent(shareOfPeak.ours),
    percent(shareOfPeak.eager),
    percent(shareOfPeak.compiled),
    peakMemoryMiB.ours.toFixed(0),
    peakMemoryMiB.eager.toFixed(0),
    memoryRatio.toFixed(2),
    inputImagesPerSecond.toFixed(0),
  ]
}

/** @param {ReturnType<typeof measuredPeaks>} peaks */
function describePeaks({ fp32, bf16, bf16DotProduct }) {
  const gigaflops = (/** @type {number} */ flops) => `${(flops / 1e9).toFixed(0)} GFLOP/s`
  const dot = bf16DotProduct === null ? '' : `, ${gigaflops(bf16DotProduct)} with AVX-512 alone`
  return `peak of large products: ${gigaflops(fp32)} in fp32, ${gigaflops(bf16)} in bf16${dot}`
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
    `speed: at least ${least(({ speedup }) => speedup.eager)} of eager PyTorch's (1.00 wanted)`,
    `speed: at least ${least(({ speedup }) => speedup.compiled)} of torch.compile's`,
    `peak memory: at most ${most(({ memoryRatio }) => memoryRatio)} of eager PyTorch's (1.00 wanted)`,
    `input pipeline: at least ${least(inputMargin)} times as fast as the network it feeds (20 wanted)`,
  ].join('\n')
}

/** @param {Result} result */
const inputMargin = ({ inputImagesPerSecond, imagesPerSecond }) => inputImagesPerSecond / imagesPerSecond.ours.median
