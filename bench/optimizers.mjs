import { fileURLToPath } from 'node:url'
import { info, resnet110, wideResnet28x10 } from 'layer-rotation'
import { baselineParent, baselinePython } from '../baseline/python.mjs'
import { kernelMatrices } from './kernel-sizes.mjs'
import { runMeasured } from './measured-process.mjs'
import { contests } from './optimizer-rules.mjs'
import { writeResult } from './result.mjs'
import { summarize } from './statistics.mjs'
import { spread, table } from './table.mjs'
import { takeTurns } from './turns.mjs'

const oursOnce = fileURLToPath(new URL('optimizers-once.mjs', import.meta.url))
const pytorchOnce = fileURLToPath(new URL('optimizers_pytorch.py', import.meta.url))

const repetitions = 15
const targets = { plain: 1, layca: 2.5 }
/** Bytes that STREAM's triad moves for each number. */
const triadBytes = 12

/** The layers of each network as matrices, in forward order. */
const networks = {
  'WRN-28-10': kernelMatrices(wideResnet28x10().layers),
  'ResNet-110': kernelMatrices(resnet110().layers),
}

/** @typedef {keyof typeof networks} Network */
/** @typedef {'plain' | 'layca'} Kind */
/** @typedef {Record<Network, { triadNs?: number[], plainNs: number[], laycaNs: number[] }>} Times of one process */

/**
 * Times every rule alone and under Layca on the weights of two networks, ours against torch.optim and torch._foreach.
 * @param {{ pairs: number, threads: number, rules: string }} options
 */
export async function bench({ pairs, threads, rules }) {
  const python = await baselinePython()
  const results = []
  for (const name of chosen(rules)) {
    const { rule, pytorch, bytes, laycaBytes, isSlow } = /** @type {import('./optimizer-rules.mjs').Contest} */ (
      contests[name]
    )
    const matrices = isSlow ? { 'ResNet-110': networks['ResNet-110'] } : networks
    const job = JSON.stringify({ rule, pytorch, matrices, threads, repetitions })
    const run = async (/** @type {string} */ program, /** @type {string} */ script) => {
      const { stdout } = await runMeasured(program, [script, job], { cwd: baselineParent })
      return /** @type {Times} */ (JSON.parse(stdout))
    }
    const contestants = { ours: () => run(process.execPath, oursOnce), pytorch: () => run(python, pytorchOnce) }
    const turns = await takeTurns(pairs, contestants, () => {}, { warmUp: false })
    for (const network of /** @type {Network[]} */ (Object.keys(matrices))) {
      for (const kind of /** @type {Kind[]} */ (['plain', 'layca'])) {
        const theory = kind === 'plain' ? bytes : laycaBytes
        results.push({ name, network, kind, ...measured(turns, network, kind), theoreticalBytes: theory })
      }
    }
    console.log(`${name} done`)
  }
  console.log('\n' + table([header, ...results.map(row)]))
  for (const kind of /** @type {Kind[]} */ (['plain', 'layca'])) console.log('\n' + verdict(results, kind))
  const file = writeResult(
    'optimizers',
    { threads, pairs, targets, results },
    { libtorch: (await info()).libtorch.loaded },
  )
  console.log('\n' + file)
}

/**
 * The names of the rules to run.
 * @param {string} rules separated by commas; '' for all
 */
function chosen(rules) {
  const names = rules === '' ? Object.keys(contests) : rules.split(',')
  const unknown = names.filter((name) => !(name in contests))
  if (unknown.length === 0) return names
  console.error(`--rules: there is no rule ${unknown.join(', ')}; expected some of ${Object.keys(contests).join(', ')}`)
  process.exit(2)
}

/**
 * @param {Record<'ours' | 'pytorch', Times[]>} turns
 * @param {Network} network
 * @param {Kind} kind
 */
function measured({ ours, pytorch }, network, kind) {
  const all = (/** @type {Times[]} */ turns) => turns.flatMap((times) => times[network][`${kind}Ns`])
  const samples = { oursNs: all(ours), pytorchNs: all(pytorch) }
  const triad = summarize(ours.flatMap((times) => times[network].triadNs ?? []))
  const summary = { ours: summarize(samples.oursNs), pytorch: summarize(samples.pytorchNs), triad }
  return {
    speedup: summary.pytorch.median / summary.ours.median,
    bytesAtTriadBandwidth: (triadBytes * summary.ours.median) / triad.median,
    summary,
    samples,
  }
}

/** @typedef {ReturnType<typeof measured> & { name: string, network: Network, kind: Kind, theoreticalBytes: number | null }} Result */

const header = ['', 'ours, ms', 'PyTorch, ms', 'times as fast', 'bytes/parameter', 'in theory']

/** @param {Result} result */
function row({ name, network, kind, summary, speedup, bytesAtTriadBandwidth, theoreticalBytes }) {
  return [
    `${network}, ${kind === 'layca' ? `layca(${name})` : name}`,
    spread(inMilliseconds(summary.ours), 2),
    spread(inMilliseconds(summary.pytorch), 2),
    speedup.toFixed(2),
    bytesAtTriadBandwidth.toFixed(1),
    theoreticalBytes === null ? '–' : String(theoreticalBytes),
  ]
}

/**
 * @param {import('./statistics.mjs').Summary} summary
 * @returns {import('./statistics.mjs').Summary}
 */
function inMilliseconds(summary) {
  const scale = (/** @type {number} */ ns) => ns / 1e6
  const { median, lowerQuartile, upperQuartile, min, max, samples } = summary
  return {
    median: scale(median),
    lowerQuartile: scale(lowerQuartile),
    upperQuartile: scale(upperQuartile),
    min: scale(min),
    max: scale(max),
    samples,
  }
}

/**
 * @param {Result[]} results
 * @param {Kind} kind
 */
function verdict(results, kind) {
  const those = results.filter((result) => result.kind === kind)
  const slow = those.filter(({ speedup }) => speedup < targets[kind])
  const name = kind === 'plain' ? 'plain rules' : 'Layca'
  const least = Math.min(...those.map(({ speedup }) => speedup)).toFixed(2)
  const missed = slow.map(({ network, name }) => `${name} on ${network}`).join(', ')
  return `${name}: at least ${least} times as fast as PyTorch (${targets[kind]} wanted)${missed && `; less than wanted: ${missed}`}`
}
