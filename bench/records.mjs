import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { constant, experiment, layca, network, openRun, sgd, synthetic } from 'layer-rotation'
import { wideResNetSizes } from './kernel-sizes.mjs'
import { writeResult } from './result.mjs'
import { median } from './statistics.mjs'
import { table } from './table.mjs'

const { layout } = /** @type {typeof import('../src/run/layout.js')} */ (
  await import(new URL('../dist/run/layout.js', import.meta.url).href)
)
const { RunFolder } = /** @type {typeof import('../src/run/run-folder.js')} */ (
  await import(new URL('../dist/run/run-folder.js', import.meta.url).href)
)
const { writeStepPart } = /** @type {typeof import('../src/run/step-records.js')} */ (
  await import(new URL('../dist/run/step-records.js', import.meta.url).href)
)
const { addonMeasures } = /** @type {typeof import('../src/rotation/measures.js')} */ (
  await import(new URL('../dist/rotation/measures.js', import.meta.url).href)
)
const { measuredLayers } = /** @type {typeof import('../src/train/measured-layers.js')} */ (
  await import(new URL('../dist/train/measured-layers.js', import.meta.url).href)
)

const readInPython = fileURLToPath(new URL('records_read.py', import.meta.url))
const layers = wideResNetSizes.map((_, i) => `layer${i}`)
/** Steps of an epoch of CIFAR-100 in batches of 128, with a tenth of the images for validation. */
const stepsPerEpoch = 352

/**
 * Times the recording of every step of a WRN-28-10, for as many epochs as give `rows` rows (a layer after a step). The
 * rows are written as a training writes them, a part an epoch, and read with the usual Parquet readers.
 * @param {{ rows: number }} options
 */
export async function bench({ rows }) {
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-records-'))
  try {
    const run = join(folder, 'run')
    const written = await write(run, Math.ceil(rows / (layers.length * stepsPerEpoch)))
    const bytesPerRow = written.bytes / written.rows
    console.log(`${written.rows} rows in ${written.parts} parts, ${bytesPerRow.toFixed(1)} bytes a row`)
    const perStep = (1e6 * written.seconds) / written.steps
    console.log(
      `written in ${written.seconds.toFixed(1)} s: ${perStep.toFixed(1)} µs a step of ${layers.length} layers, ` +
        `under 1 % of steps that take ${(perStep / 10).toFixed(1)} ms or more`,
    )
    const msPerPart = await timeShortParts(folder)
    console.log(
      `a part of ${shortEpoch.steps} steps of ${shortEpoch.layers.length} layers: ${msPerPart.toFixed(1)} ms, ` +
        'and a run writes at most one a second\n',
    )
    const read = await readAll(run, join(run, layout.steps))
    const lines = Object.entries(read).map(([reader, { seconds, version }]) => [
      `${reader} ${version}`.trim(),
      seconds === null ? 'not importable' : `${seconds.toFixed(1)} s`,
    ])
    console.log(table([['read whole into memory by', 'seconds'], ...lines]))
    console.log('\n' + writeResult('records', { layers: layers.length, stepsPerEpoch, written, msPerPart, read }, {}))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * Writes the parts of a run and times the way from the addon's records in memory to the renamed file.
 * @param {string} run
 * @param {number} epochs
 */
async function write(run, epochs) {
  await RunFolder.create(run, config(epochs), environment(), layers)
  const random = () => Float64Array.from({ length: stepsPerEpoch * layers.length }, () => Math.random())
  const records = {
    steps: Int32Array.from({ length: stepsPerEpoch }, (_, i) => i),
    ...measuredAs(random),
    references: {},
  }
  const rates = random()
  const steps = join(run, layout.steps)
  const start = performance.now()
  for (let epoch = 0; epoch < epochs; epoch++) {
    const table = measuredLayers(records, { layers, stepsBefore: epoch * stepsPerEpoch, rates, losses: rates })
    await writeStepPart(steps, epoch, table)
  }
  const seconds = (performance.now() - start) / 1000
  const bytes = readdirSync(steps).reduce((sum, part) => sum + statSync(join(steps, part)).size, 0)
  const count = epochs * stepsPerEpoch
  return { rows: count * layers.length, steps: count, parts: epochs, seconds, bytes }
}

/**
 * Returns values of every measure that the addon computes.
 * @param {() => Float64Array} values
 */
const measuredAs = (values) =>
  /** @type {Record<import('../src/rotation/measures.js').AddonMeasure, Float64Array>} */ (
    Object.fromEntries(addonMeasures.map((name) => [name, values()]))
  )

/** An epoch of the MNIST experiment. */
const shortEpoch = { steps: 5, layers: ['dense0', 'dense1'] }

/**
 * Returns the median milliseconds of writing a part of one short epoch.
 * @param {string} folder
 */
async function timeShortParts(folder) {
  const { steps, layers } = shortEpoch
  const values = new Float64Array(steps * layers.length)
  const records = {
    steps: Int32Array.from({ length: steps }, (_, i) => i),
    ...measuredAs(() => values),
    references: {},
  }
  const times = []
  for (let epoch = 0; epoch < 200; epoch++) {
    const start = performance.now()
    await writeStepPart(
      folder,
      epoch,
      measuredLayers(records, { layers, stepsBefore: 0, rates: values, losses: values }),
    )
    times.push(performance.now() - start)
  }
  return median(times)
}

/**
 * The config of the run folder; its network does not matter here.
 * @param {number} epochs
 */
function config(epochs) {
  const model = network({
    layers: [
      { type: 'flatten', name: 'flatten' },
      { type: 'dense', name: 'dense0', units: 2 },
    ],
  })
  return experiment({
    name: 'records',
    data: synthetic({ shape: [1, 2, 2], classes: 2, train: 2, test: 2 }),
    model,
    optimizer: layca(sgd()),
    learningRate: constant(1),
    epochs,
    batchSize: 1,
    record: { steps: 1 },
  })
}

function environment() {
  const versions = { layerRotation: '', node: '', libtorch: '', platform: '', cpu: '', commit: null }
  const computation = { device: 'cpu', precision: 'fp32', memoryFormat: 'channelsLast', threads: 1 }
  return { ...versions, ...computation, seed: 1, stepsPerEpoch, data: null, startedAt: new Date().toISOString() }
}

/**
 * Returns the seconds of each reader, with the files in the page cache; null if the reader is not installed.
 * @param {string} run
 * @param {string} steps
 * @returns {Promise<Record<string, { seconds: number | null, version: string }>>}
 */
async function readAll(run, steps) {
  return {
    DuckDB: await inDuckDb(steps),
    pandas: await inPython('pandas', steps),
    polars: await inPython('polars', steps),
    'run.steps()': await inNode(run),
  }
}

/** @param {string} steps */
async function inDuckDb(steps) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const [[version] = []] = (await connection.runAndReadAll('select version()')).getRows()
  const start = performance.now()
  await connection.run(`create table steps as select * from '${steps}/*.parquet'`)
  const seconds = (performance.now() - start) / 1000
  connection.closeSync()
  return { seconds, version: String(version) }
}

/**
 * Times a reader in the Python that the variable PYTHON names, or python3.
 * @param {'pandas' | 'polars'} reader
 * @param {string} steps
 */
async function inPython(reader, steps) {
  const python = process.env['PYTHON'] ?? 'python3'
  try {
    const { stdout } = await promisify(execFile)(python, [readInPython, reader, steps])
    return /** @type {{ seconds: number, version: string }} */ (JSON.parse(stdout))
  } catch {
    return { seconds: null, version: '' }
  }
}

/** @param {string} run */
async function inNode(run) {
  const opened = await openRun(run)
  const start = performance.now()
  const { length } = await opened.steps()
  if (length === 0) throw new Error('the run folder has no step records; expected one row a layer and step')
  return { seconds: (performance.now() - start) / 1000, version: '' }
}
