import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { root } from '../setup/paths.mjs'
import { run } from '../setup/process.mjs'
import { accessesOf } from './accesses.mjs'
import { compileToPtx, kernelSources } from './compile.mjs'
import { resourcesOf } from './resources.mjs'

/** @typedef {{ name: string } & import('./resources.mjs').Resources & import('./accesses.mjs').Accesses} Kernel */

/**
 * Compiles all kernels of native/ and describes each, in the order of their sources.
 * @param {import('./compile.mjs').Tools} tools
 * @returns {Promise<Kernel[]>}
 */
export async function describeKernels(tools) {
  const sources = kernelSources()
  /** @type {Kernel[][]} */
  const described = []
  let next = 0
  const work = async () => {
    for (let k = next++; k < sources.length; k = next++) described[k] = await describe(sources[k] ?? '', tools)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return described.flat()
}

/**
 * @param {string} source
 * @param {import('./compile.mjs').Tools} tools
 * @returns {Promise<Kernel[]>}
 */
async function describe(source, tools) {
  const ptx = await compileToPtx(source, tools)
  const resources = await resourcesOf(ptx, tools.nvcc)
  const names = await demangled([...resources.keys()])
  const accesses = accessesOf(ptx)
  return [...resources].map(([mangled, taken], k) => {
    const accessed = accesses.get(mangled)
    if (!accessed) throw new Error(`the PTX of ${source} has no body of ${mangled}`)
    return { name: names[k] ?? mangled, ...taken, ...accessed }
  })
}

/**
 * The kernels' names without the words that all have, such as `ApplyChunks<Momentum, true>`.
 * @param {string[]} mangled
 */
async function demangled(mangled) {
  const { stdout } = await run('c++filt', mangled)
  return stdout
    .trim()
    .split('\n')
    .map((name) => name.replace(/^void .*?(?:block|phased)_kernel<(.*?)>\(.*$/, '$1').replace(/\(.*$/, ''))
    .map((name) => name.replace(/\w+::/g, '').replace(/ +>/g, '>').trim())
}

/** @param {readonly Kernel[]} kernels */
export function markdown(kernels) {
  const head = [
    'kernel',
    'registers',
    'spilt bytes',
    'shared bytes',
    'warps of 64',
    'loads of 16, 8 bytes',
    'stores of 16, 8 bytes',
  ]
  const rows = kernels.map((k) => [
    `\`${k.name}\``,
    ...[k.registers, k.spills, k.shared, k.warps].map(String),
    vectors(k.vectorLoads),
    vectors(k.vectorStores),
  ])
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, k) => cell.padEnd(widths[k] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/** @param {import('./accesses.mjs').Counts} counts */
const vectors = (counts) => `${counts[16] ?? 0}, ${counts[8] ?? 0}`

const document = join(root, 'docs', 'cuda.md')
const place = /(<!-- kernels: begin -->\n)[^]*?(<!-- kernels: end -->)/

/** Puts the table into docs/cuda.md. @param {string} table */
export function writeTable(table) {
  const text = readFileSync(document, 'utf8')
  if (!place.test(text)) throw new Error(`${document} has no place for the table of kernels`)
  writeFileSync(
    document,
    text.replace(place, (_, begin, end) => `${begin}\n${table}\n\n${end}`),
  )
}
