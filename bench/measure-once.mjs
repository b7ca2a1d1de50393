// node bench/measure-once.mjs THREADS REPETITIONS FOLDER: prints the seconds in which the checkpoints of a folder are measured, the
// bytes that the first repetition reads from the disk, the numbers of each layer at the last checkpoint, and the nanoseconds of a triad, as JSON.
import { readFileSync } from 'node:fs'
import { measureCheckpoints, sgd } from 'layer-rotation'

const { createLayers } = /** @type {typeof import('../src/native/load.js')} */ (
  await import(new URL('../dist/native/load.js', import.meta.url).href)
)

const [folder = ''] = process.argv.slice(4)
const [threads = 1, repetitions = 1] = process.argv.slice(2).map(Number)
/** Elements of each array of the triad: more than a cache holds. */
const triadElements = 2 ** 24

const bytesFromDisk = () => Number(/^read_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])

const layers = await createLayers([new Float32Array(triadElements).fill(1)], {
  optimizer: sgd(),
  preferAten: false,
  threads,
})
/** @type {number[]} */
const seconds = []
/** @type {number[]} */
const triadNs = []
let bytesRead
let table
// The two take turns, so that a slow moment of the machine affects both.
for (let repetition = 0; repetition < repetitions; repetition++) {
  const before = bytesFromDisk()
  const start = performance.now()
  table = (await measureCheckpoints(folder, { threads })).table
  seconds.push((performance.now() - start) / 1000)
  bytesRead ??= bytesFromDisk() - before
  triadNs.push(...(await layers.time('triad', 6)).subarray(1))
}
const measured = /** @type {NonNullable<typeof table>} */ (table)
const last = Object.fromEntries(
  measured.layers.map((layer) => [
    layer,
    Object.fromEntries(measured.columns.map((name) => [name, measured.layer(layer, name).at(-1)])),
  ]),
)
console.log(JSON.stringify({ seconds, bytesRead, last, triadNs, triadElements }))
