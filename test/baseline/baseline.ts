import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import { baselineParent, baselinePython } from '../../baseline/python.mjs'

const worker = fileURLToPath(new URL('worker.py', import.meta.url))

/** The PyTorch baseline in a process of its own, which runs what it is asked one after the other. */
export class Baseline {
  readonly #process: ChildProcess
  readonly #answers: AsyncIterator<string>
  #stderr = ''

  static async start(): Promise<Baseline> {
    return new Baseline(await baselinePython())
  }

  private constructor(python: string) {
    this.#process = spawn(python, [worker], { cwd: baselineParent, stdio: 'pipe' })
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
    this.#answers = createInterface(this.#process.stdout!)[Symbol.asyncIterator]()
  }

  /** @throws {Error} with the program's traceback */
  async run(program: 'baseline' | 'baseline.probe', ...args: string[]): Promise<void> {
    this.#process.stdin!.write(JSON.stringify([program, ...args]) + '\n')
    const { done, value } = (await this.#answers.next()) as IteratorResult<string, undefined>
    const error = done ? this.#stderr : (JSON.parse(value) as string | null)
    if (error !== null) throw new Error(`${program} ${args.join(' ')}: ${error}`)
  }

  stop(): void {
    this.#process.stdin!.end()
  }
}

/** A baseline and a folder for the tests of a file. */
export function withBaseline(): { baseline: () => Baseline; folder: () => string } {
  let baseline: Baseline
  let folder: string
  beforeAll(async () => {
    baseline = await Baseline.start()
    folder = mkdtempSync(join(tmpdir(), 'layer-rotation-baseline-'))
  }, 600_000)
  afterAll(() => {
    baseline.stop()
    rmSync(folder, { recursive: true })
  })
  return { baseline: () => baseline, folder: () => folder }
}
