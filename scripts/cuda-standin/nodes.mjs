import { join } from 'node:path'
import { root } from '../setup/paths.mjs'
import { run } from '../setup/process.mjs'
import { readJournal } from './journal.mjs'
import { variables } from './variables.mjs'

export const kinds = ['own', 'cuDNN', 'cuBLAS', 'ATen', 'memset', 'memcpy']

/**
 * The nodes of a captured step of 128 images in bf16 under Layca, by kind; `all` of them as well.
 * @param {{ env: NodeJS.ProcessEnv, journal: string, network: string }} options
 * @returns {Promise<Record<string, number>>}
 */
export async function countNodes({ env, journal, network }) {
  const program = join(root, 'scripts', 'cuda-standin', 'capture-step.mjs')
  const settings = variables({ JOURNAL: journal, COUNT_ONLY: '1' })
  const { code, output } = await run(process.execPath, [program, network], { cwd: root, env: { ...env, ...settings } })
  const graph = readJournal(journal).find(({ kind }) => kind === 'graph')
  if (!graph) throw new Error(`no step of ${network} was captured; exit code ${code}\n${output}`)
  const counts = [...graph.text.matchAll(/(\w+) (\d+)/g)].map(([, kind, count]) => [kind, Number(count)])
  const { nodes, ...byKind } = Object.fromEntries(counts)
  return { all: nodes, ...Object.fromEntries(kinds.map((kind) => [kind, byKind[kind] ?? 0])) }
}

/**
 * Prints a table of the nodes of every network.
 * @param {import('./build.mjs').Standin} standin
 */
export async function printNodes(standin) {
  const columns = ['all', ...kinds]
  const cells = (/** @type {unknown[]} */ values) => values.map((value) => String(value).padStart(8)).join('')
  console.log('\nnodes of a captured step')
  console.log(''.padEnd(18) + cells(columns))
  const { zooNames } = /** @type {typeof import('../../src/model/zoo/zoo.js')} */ (
    await import(new URL('../../dist/model/zoo/zoo.js', import.meta.url).href)
  )
  for (const network of zooNames) {
    const journal = join(standin.journals, `nodes-${network}`)
    const counts = await countNodes({ env: { ...process.env, ...standin.env }, journal, network })
    console.log(network.padEnd(18) + cells(columns.map((column) => counts[column])))
  }
  return true
}
