import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { info } from 'layer-rotation'
import { baselineParent, baselinePython } from '../baseline/python.mjs'
import { runMeasured } from './measured-process.mjs'
import { writeResult } from './result.mjs'
import { summarize } from './statistics.mjs'
import { spread, table } from './table.mjs'
import { takeTurns } from './turns.mjs'

const oursOnce = fileURLToPath(new URL('measure-once.mjs', import.meta.url))
const write = fileURLToPath(new URL('measure_write.py', import.meta.url))
const pytorchOnce = fileURLToPath(new URL('measure_pytorch.py', import.meta.url))

/** The series that are measured: two checkpoints of 1 GB, as before and after fine-tuning, and 20 of 100 MB. */
const series = {
  pair: { checkpoints: 2, width: 1024, blocks: 16, vocabulary: 50_257 },
  long: { checkpoints: 20, width: 512, blocks: 7, vocabulary: 8192 },
}

/**
 * @typedef {object} Turn
 * @property {number[]} seconds of each repetition
 * @property {Record<string, Record<string, number>>} last the numbers of each layer at the last checkpoint, by column
 * @property {number} [bytesRead] from the disk
 * @property {number[]} [triadNs]
 * @property {number} [triadElements]
 */

/**
 * Times the measuring of checkpoints in the page cache, against PyTorch's ways to read them and against a triad, and counts what
 * is read from the disk where the page cache holds nothing of them.
 * @param {{ pairs: number, threads: number }} options
 */
export async function bench({ pairs, threads }) {
  const python = await baselinePython()
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-bench-'))
  try {
    /** @type {Record<string, object>} */
    const measured = {}
    for (const [name, shape] of Object.entries(series)) {
      const files = join(folder, name)
      const { checkpoints, width, blocks, vocabulary } = shape
      const args = [write, files, ...[checkpoints, width, blocks, vocabulary].map(String)]
      const bytes = Number((await runMeasured(python, args, { cwd: baselineParent })).stdout)
      console.log(`${name}: ${checkpoints} checkpoints of ${(bytes / 1e9).toFixed(2)} GB`)
      const cold = await measureCold(files)
      const samples = await measureWarm(files, python)
      measured[name] = { ...shape, bytes, ...report({ ...samples, cold, bytes, checkpoints }) }
      rmSync(files, { recursive: true })
    }
    const { libtorch } = await info()
    const result = { threads, pairs, series: measured }
    console.log(writeResult('measure', result, { libtorch: libtorch.loaded }))
  } finally {
    rmSync(folder, { recursive: true })
  }

  /** @param {string} files */
  async function measureWarm(files, /** @type {string} */ interpreter) {
    const turns = await takeTurns(
      pairs,
      {
        ours: () => run(process.execPath, [oursOnce, String(threads), '5', join(files, 'pytorch')]),
        torch: () => run(interpreter, [pytorchOnce, String(threads), '2', 'pytorch', files]),
        safetensors: () => run(interpreter, [pytorchOnce, String(threads), '2', 'safetensors', files]),
      },
      (round, name, turn) => {
        const shown = turn?.seconds.map((seconds) => seconds.toFixed(3)).join(', ') ?? 'is not installed'
        console.log(`${round === 0 ? 'warm-up ' : `pair ${round}/${pairs}`}  ${name}  ${shown}`)
      },
    )
    const found = Object.entries(turns).flatMap(([name, all]) => {
      const done = all.filter((turn) => turn !== null)
      return done.length === 0 ? [] : [[name, done]]
    })
    const samples = /** @type {{ ours: Turn[], torch: Turn[], safetensors?: Turn[] }} */ (Object.fromEntries(found))
    for (const { last } of [...samples.torch, ...(samples.safetensors ?? [])]) requireEqual(samples.ours[0]?.last, last)
    return samples
  }

  /** @param {string} files */
  async function measureCold(files) {
    const checkpoints = join(files, 'pytorch')
    for (const file of readdirSync(checkpoints)) {
      // It takes the file's pages out of the page cache.
      execFileSync('dd', [`if=${join(checkpoints, file)}`, 'iflag=nocache', 'count=0', 'status=none'])
    }
    const turn = await run(process.execPath, [oursOnce, String(threads), '1', checkpoints])
    return /** @type {Turn & { peakMemoryMiB: number }} */ (turn)
  }
}

/**
 * @param {string} program
 * @param {string[]} args
 */
async function run(program, args) {
  const { stdout, peakMemoryMiB } = await runMeasured(program, args, { cwd: baselineParent })
  const turn = /** @type {Turn | null} */ (JSON.parse(stdout))
  return turn === null ? null : { ...turn, peakMemoryMiB }
}

/**
 * Demands that both have measured the same numbers.
 * @param {Turn['last'] | undefined} ours
 * @param {Turn['last']} theirs
 */
function requireEqual(ours, theirs) {
  for (const [layer, numbers] of Object.entries(theirs)) {
    for (const [column, number] of Object.entries(numbers)) {
      const found = ours?.[layer]?.[column] ?? NaN
      if (Math.abs(found - number) <= 1e-9 * Math.abs(number)) continue
      throw new Error(`${column} of ${layer} is ${found}; expected PyTorch's ${number}`)
    }
  }
}

/**
 * Prints the medians and ratios of a series, and returns them with the samples.
 * @param {object} measured
 * @param {Turn[]} measured.ours
 * @param {Turn[]} measured.torch
 * @param {Turn[]} [measured.safetensors]
 * @param {Turn} measured.cold
 * @param {number} measured.bytes of a checkpoint
 * @param {number} measured.checkpoints
 */
function report({ ours, torch, safetensors, cold, bytes, checkpoints }) {
  const seconds = (/** @type {Turn[]} */ turns) => turns.flatMap((turn) => turn.seconds)
  const samples = {
    ours: seconds(ours),
    torch: seconds(torch),
    ...(safetensors && { safetensors: seconds(safetensors) }),
    triadNs: ours.flatMap(({ triadNs = [] }) => triadNs),
  }
  const summary = Object.fromEntries(
    Object.entries(samples).map(([name, values]) => [name, summarize(/** @type {number[]} */ (values))]),
  )
  const medianOf = (/** @type {string} */ name) => summary[name]?.median ?? NaN
  // The first checkpoint is read alone, the second with the first, each later one with the first and the one before.
  const bandwidth = (bytes * (3 * checkpoints - 3)) / medianOf('ours') / 1e9
  const triadBandwidth = (12 * (ours[0]?.triadElements ?? NaN)) / medianOf('triadNs')
  const ratios = {
    bandwidthToTriad: bandwidth / triadBandwidth,
    speedup: medianOf('torch') / medianOf('ours'),
    ...(safetensors && { speedupOverSafetensors: medianOf('safetensors') / medianOf('ours') }),
    readFromDisk: (cold.bytesRead ?? NaN) / (bytes * checkpoints),
  }
  const rows = Object.entries(summary)
    .filter(([name]) => name !== 'triadNs')
    .map(([name, one]) => [names.get(name) ?? name, spread(one, 3)])
  console.log(`\n${table([['median (quartiles)', 'seconds'], ...rows])}`)
  const share = (100 * ratios.bandwidthToTriad).toFixed(0)
  console.log(
    `\n${bandwidth.toFixed(1)} GB/s, ${share} % of the triad's ${triadBandwidth.toFixed(1)} (at least 90 wanted)`,
  )
  console.log(`${ratios.speedup.toFixed(1)} times as fast as torch.load(mmap=True) (at least 7 wanted)`)
  if (safetensors) console.log(`${(ratios.speedupOverSafetensors ?? NaN).toFixed(1)} times as fast as with safetensors`)
  console.log(
    `without the page cache ${(cold.seconds[0] ?? NaN).toFixed(1)} s, in which each byte is read ` +
      `${ratios.readFromDisk.toFixed(2)} times from the disk\n`,
  )
  return {
    ratios,
    bandwidth,
    triadBandwidth,
    cold: { seconds: cold.seconds[0], bytes: cold.bytesRead },
    summary,
    samples,
  }
}

const names = new Map([
  ['ours', 'layer-rotation'],
  ['torch', 'PyTorch, torch.load(mmap=True)'],
  ['safetensors', 'PyTorch, safetensors'],
])
