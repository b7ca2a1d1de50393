import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { pythonPrograms } from '../support/python-packages.js'

const reader = fileURLToPath(new URL('read_events.py', import.meta.url))

/** The programs of a virtual environment that has TensorBoard; undefined without pip's index. */
export const tensorBoardPrograms = (): string | undefined => pythonPrograms(['tensorboard==2.21.0'])

export type Scalar = [step: number, time: number, value: number]

/** The contents of a folder as TensorBoard's reader finds them. */
export interface Found {
  scalars: Record<string, Scalar[]>
  images: Record<string, [step: number, width: number, height: number, bytes: number][]>
  settings: Record<string, number | string | boolean> | null
  end: number | null
  charts: Record<string, Record<string, string[]>> | null
}

/** Reads event files by TensorBoard's own reader. */
export function readByTensorBoard(programs: string, folder: string): Found {
  const { status, stdout, stderr } = spawnSync(join(programs, 'python'), [reader, folder], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as Found
}

/** Starts TensorBoard on a folder of runs. @returns a function that asks it for the JSON at a path, until it has some */
export async function startTensorBoard(programs: string, folder: string): Promise<(path: string) => Promise<unknown>> {
  const child = spawn(join(programs, 'tensorboard'), ['--logdir', folder, '--host', '127.0.0.1', '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  onTestFinished(() => void child.kill())
  let said = ''
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? []
      if (found !== undefined) resolve(found)
    })
    child.once('close', () => reject(new Error(said)))
  })
  return async (path) => (await fetch(`${address}/data/${path}`)).json()
}
