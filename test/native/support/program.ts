import { spawn } from 'node:child_process'

const training = new URL('training.mjs', import.meta.url)

/** A module that can use the names of training.mjs and of worker_threads. */
const withNames = (body: string) => `
import { Worker, parentPort } from 'node:worker_threads'
import { info, smallTrainer, train } from '${training.href}'
${body}`

/** The same as an address, for a worker. */
export const moduleAddress = (body: string): URL =>
  new URL(`data:text/javascript,${encodeURIComponent(withNames(body))}`)

/** An expression for a worker that runs `body`. */
export const worker = (body: string): string => `new Worker(new URL(${JSON.stringify(moduleAddress(body))}))`

export interface Ending {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** The time limit in ms; with the addon of a sanitizer everything takes several times as long. */
const patience = process.env['LAYER_ROTATION_PREBUILD'] === undefined ? 20_000 : 120_000

/**
 * Runs `body` as a program of its own, on the compiled package, with `env` beside the variables of this process. One that
 * takes more than `limit` ms is killed.
 */
export function program(body: string, { limit = patience, env = {} } = {}): Promise<Ending> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', withNames(body)], {
    env: { ...process.env, ...env },
    timeout: limit,
    killSignal: 'SIGKILL',
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text))
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, ...output }))
  })
}
