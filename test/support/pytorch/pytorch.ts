import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { beforeAll } from 'vitest'
import { baselineParent, baselinePython } from '../../../baseline/python.mjs'

const worker = fileURLToPath(new URL('worker.py', import.meta.url))

type Answer = { value: unknown } | { error: string }

/** A Python that has imported torch and runs programs one after the other: see worker.py. */
class PyTorch {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #answers: AsyncIterator<string>
  #stderr = ''

  constructor(python: string) {
    this.#process = spawn(python, ['-W', 'ignore', worker], { cwd: baselineParent, stdio: ['pipe', 'pipe', 'pipe'] })
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
    this.#answers = createInterface(this.#process.stdout)[Symbol.asyncIterator]()
    // The process ends with the worker of the tests, which closes its input, and does not keep that alive.
    this.#process.unref()
    for (const stream of this.#process.stdio) (stream as Socket).unref()
  }

  async run(program: string, args: readonly unknown[]): Promise<unknown> {
    this.#stderr = ''
    this.#process.stdin.write(JSON.stringify([program, ...args]) + '\n')
    const { done, value } = (await this.#answers.next()) as IteratorResult<string, undefined>
    const answer = done ? { error: this.#stderr } : (JSON.parse(value) as Answer)
    if ('error' in answer) throw new Error(`${program}: ${answer.error}`)
    return answer.value
  }
}

let shared: Promise<PyTorch> | undefined

const start = () => (shared ??= baselinePython().then((python) => new PyTorch(python)))

/** Starts PyTorch before the tests of a file, which takes minutes where its packages are still to be installed. */
export const needsPyTorch = () => beforeAll(async () => void (await start()), 600_000)

/**
 * Returns what main(...args) of a Python program returns, which is JSON. The program is a module of the baseline or a file of
 * this repository. The test files that a worker runs share one process.
 *
 * @throws {Error} with the program's traceback
 */
export async function pytorch(
  program: 'baseline.__main__' | 'baseline.probe' | `test/${string}.py`,
  ...args: unknown[]
) {
  return (await start()).run(program, args)
}
