// Trains, resumes and reads runs, and reads and gets data sets, on the compiled package, a command a line of the standard input; answers each with a line.
// File-system calls fail as the command says: see failing_calls.c.
import { createHash } from 'node:crypto'
import { openSync, readdirSync, readSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setImmediate } from 'node:timers/promises'

/** @param {string} module */
const load = (module) => import(new URL(`../../../dist/${module}.js`, import.meta.url).href)
const { train } = await load('train/train')
const { resume } = await load('train/resume')
const { openRun } = await load('run/open-run')
const { readSplits } = await load('data/load-data')
const { readCifar } = await load('data/cifar/read-cifar')
const { getSet } = await load('data/catalog/get/get-set')

const control = openSync(process.env['FAILING_CALLS_CONTROL'] ?? '', 'r+')

/** Sets the failures; the calls are counted anew. */
function setFailures({ at = 0, error = 0, lasting = false } = {}) {
  const words = new Int32Array(16)
  words.set([at, error, Number(lasting)])
  writeSync(control, new Uint8Array(words.buffer), 0, 64, 0)
}

function failures() {
  const bytes = new Uint8Array(64)
  readSync(control, bytes, 0, 64, 0)
  const [name] = Buffer.from(bytes.subarray(16)).toString().split('\0')
  return { calls: new Int32Array(bytes.buffer, 0, 4)[3], call: name }
}

/**
 * @typedef {(start: { position: unknown }) => void} Listener
 * @type {Record<string, (folder: string, config: any, onStart: Listener) => Promise<object>>}
 */
const work = {
  train: async (folder, config, onStart) => measured(await train(config, { folder, onStart })),
  resume: async (folder, _, onStart) => measured(await resume(folder, { onStart })),
  read: async (folder) => {
    const run = await openRun(folder)
    await run.layers()
    const { length: rows } = await run.steps()
    for (const weights of ['initial', 'best', 'last']) await run.weights(weights)
    return { ...measured(run), rows }
  },
  data: async (folder, config) => {
    process.env['LAYER_ROTATION_DATA'] = `${folder}/data`
    return { digest: digestOf(await readSplits(config, 0, {})) }
  },
  cifar: async (folder, layout) => ({ digest: digestOf(await readCifar(folder, layout, 0)) }),
  get: async (folder, set) => {
    await getSet(set, folder, { patience: { stallSeconds: 60, leastBytes: 1, retrySeconds: [] } })
    return {}
  },
}

/** @param {{ metrics: unknown[] }} run */
const measured = ({ metrics }) => ({ metrics: metrics.length })

/** @param {Record<'train' | 'test', { images: Uint8Array, labels: Int32Array }>} splits */
function digestOf({ train, test }) {
  const hash = createHash('sha256')
  for (const { images, labels } of [train, test]) hash.update(images).update(labels)
  return hash.digest('hex')
}

/** Counts the open files, once those that are being closed are. */
async function descriptors() {
  await setImmediate()
  return readdirSync('/proc/self/fd').length
}

for await (const line of createInterface(process.stdin)) {
  const { command, folder, config, failing } = JSON.parse(line)
  let outcome = {}
  /** @type {unknown} */
  let began = null
  setFailures(failing)
  try {
    outcome = await /** @type {NonNullable<typeof work[string]>} */ (work[command])(
      folder,
      config,
      ({ position }) => (began = position),
    )
  } catch (error) {
    const { message, stack, code } = /** @type {Error & { code?: string }} */ (error)
    outcome = { code, message, stack }
  }
  const seen = failures()
  setFailures()
  process.stdout.write(`${JSON.stringify({ ...outcome, ...seen, began, descriptors: await descriptors() })}\n`)
}
