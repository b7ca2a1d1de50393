// Trains, resumes and reads runs on the compiled package, a command a line of the standard input; answers each with a line.
// File-system calls fail as the command says: see failing_calls.c.
import { openSync, readSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** @param {string} module */
const load = (module) => import(new URL(`../../../dist/${module}.js`, import.meta.url).href)
const { train } = await load('train/train')
const { resume } = await load('train/resume')
const { openRun } = await load('run/open-run')

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
 * @type {Record<string, (folder: string, config: object, onStart: Listener) => Promise<{ metrics: unknown[], rows?: number }>>}
 */
const work = {
  train: (folder, config, onStart) => train(config, { folder, onStart }),
  resume: (folder, _, onStart) => resume(folder, { onStart }),
  read: async (folder) => {
    const run = await openRun(folder)
    await run.layers()
    const { length: rows } = await run.steps()
    for (const weights of ['initial', 'best', 'last']) await run.weights(weights)
    return { metrics: run.metrics, rows }
  },
}

for await (const line of createInterface(process.stdin)) {
  const { command, folder, config, failing } = JSON.parse(line)
  let outcome = {}
  /** @type {unknown} */
  let began = null
  setFailures(failing)
  try {
    const { metrics, rows } = await /** @type {NonNullable<typeof work[string]>} */ (work[command])(
      folder,
      config,
      ({ position }) => (began = position),
    )
    outcome = { metrics: metrics.length, rows }
  } catch (error) {
    const { message, stack, code } = /** @type {Error & { code?: string }} */ (error)
    outcome = { code, message, stack }
  }
  const seen = failures()
  setFailures()
  process.stdout.write(`${JSON.stringify({ ...outcome, ...seen, began })}\n`)
}
