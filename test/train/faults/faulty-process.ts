import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statfsSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { RunPosition } from '../../../src/run/position.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

/** Errors of a disk that fails, of network storage, of permissions, of a process with many files, and of a full disk. */
export const faults = ['EIO', 'ESTALE', 'EACCES', 'EMFILE', 'ENOSPC'] as const
/** A fault, of a quota too, or 'short': a call that reads or writes only half of the bytes. */
export type Fault = (typeof faults)[number] | 'EDQUOT' | 'short'

/** The failure of one file-system call, or of all from one on. */
export interface Failing {
  /** The number of the call, 1-based. */
  at: number
  fault: Fault
  lasting?: boolean
}

/** The end of a command. */
export interface Outcome {
  /** Code and message of the error; undefined if the command came to its end. */
  code?: string
  message?: string
  stack?: string
  /** File-system calls below the folder. */
  calls: number
  /** Name of the call that failed. */
  call: string
  /** Position at which the training began; null if it did not come to that. */
  began: RunPosition | null
  /** SHA-256 of the images and labels of a data set. */
  digest?: string
  /** The files that the process has opened and not closed. */
  descriptors: number
}

/** The milliseconds within which a command has to end, also on a busy machine. */
const patience = 60_000

/** The folder of files in memory, which spares trials the waiting for a disk; undefined if it has no room. */
function inMemory(): string | undefined {
  const folder = '/dev/shm'
  if (!existsSync(folder)) return undefined
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize >= 2 ** 25 ? folder : undefined
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** A process whose file-system calls below a folder can be made to fail. */
export class FaultyProcess {
  private readonly lines: AsyncIterator<string, undefined>
  private readonly child

  private constructor(
    /** The folder below which calls fail. */
    readonly folder: string,
    library: string,
    control: string,
  ) {
    this.child = spawn(process.execPath, [here('commands.mjs')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        ...process.env,
        LD_PRELOAD: library,
        FAILING_CALLS_BELOW: folder,
        FAILING_CALLS_CONTROL: control,
        UV_USE_IO_URING: '0',
      },
    })
    this.lines = createInterface(this.child.stdout)[Symbol.asyncIterator]()
  }

  /** Starts a process, which ends with the test. */
  static begin(): FaultyProcess {
    return FaultyProcess.beginAll(1)[0]!
  }

  /** Starts processes that share a folder and end with the test. */
  static beginAll(count: number): FaultyProcess[] {
    const place = temporaryFolder()
    const library = join(place, 'failing_calls.so')
    const words = [
      '-shared',
      '-fPIC',
      '-O1',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-o',
      library,
      here('failing_calls.c'),
      '-ldl',
    ]
    const compiled = spawnSync('cc', words, { encoding: 'utf8' })
    if (compiled.status !== 0) throw new Error(compiled.stderr)
    const folder = temporaryFolder(inMemory())
    return Array.from({ length: count }, (_, number) => {
      const control = join(place, `control-${number}`)
      writeFileSync(control, new Uint8Array(64))
      const begun = new FaultyProcess(folder, library, control)
      onTestFinished(() => void begun.child.kill('SIGKILL'))
      return begun
    })
  }

  /** Trains, resumes or reads the run in a folder, or reads or gets a data set as `config` says. */
  async run(
    command: 'train' | 'resume' | 'read' | 'data' | 'cifar' | 'get',
    folder: string,
    config?: object,
    failing?: Failing,
  ): Promise<Outcome> {
    const { at, fault, lasting } = failing ?? {}
    const error = fault && (fault === 'short' ? -1 : constants.errno[fault])
    this.child.stdin.write(`${JSON.stringify({ command, folder, config, failing: { at, error, lasting } })}\n`)
    const timer = new AbortController()
    const late = setTimeout(patience, undefined, { signal: timer.signal }).catch(() => undefined)
    const line = await Promise.race([this.lines.next(), late])
    timer.abort()
    const what = `${command} with ${JSON.stringify(failing)}`
    if (line === undefined) throw new Error(`${what} has not ended in ${patience / 1000} seconds`)
    if (line.done) throw new Error(`the process ended during ${what}`)
    return JSON.parse(line.value) as Outcome
  }
}
