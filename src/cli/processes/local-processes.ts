import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { LayerRotationError } from '../../errors.js'
import { localPlace, type LocalGroup } from '../../processes/place.js'

/** The program of a process other than rank 0. */
const program = fileURLToPath(new URL('follower.js', import.meta.url))

/** The milliseconds in which processes end by themselves at the end of the training. */
const patience = 10_000

/** The other processes of a training on this machine, of which this process is rank 0. */
export class LocalProcesses {
  private readonly died = new AbortController()
  /** Aborts once one of them has ended, with the error as reason. */
  readonly signal: AbortSignal = this.died.signal

  private constructor(private readonly children: readonly ChildProcess[]) {
    for (const [index, child] of children.entries()) {
      const rank = index + 1
      child.on('error', (error) => this.died.abort(ended(rank, error.message)))
      child.on('exit', (code, signal) => this.died.abort(ended(rank, signal ?? `exit code ${code}`)))
    }
  }

  /** Ends them at once. */
  kill(): void {
    for (const child of this.children) child.kill('SIGKILL')
  }

  /** Starts them. This process, too, uses its share of the processor's threads from now on, unless OMP_NUM_THREADS is set. */
  static start(group: LocalGroup): LocalProcesses {
    const { size } = group
    process.env['OMP_NUM_THREADS'] ??= String(Math.max(1, Math.floor(availableParallelism() / size)))
    const children = Array.from({ length: size - 1 }, (_, index) => {
      const place = localPlace(index + 1, group)
      return spawn(process.execPath, [program, JSON.stringify(place)], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      })
    })
    return new LocalProcesses(children)
  }

  /** Waits until they have ended, and ends those that do not. */
  async end(): Promise<void> {
    const running = this.children.filter(
      ({ exitCode, signalCode, pid }) => pid && exitCode === null && signalCode === null,
    )
    await Promise.race([
      Promise.all(running.map((child) => once(child, 'exit'))),
      setTimeout(patience, undefined, { ref: false }),
    ])
    for (const child of running) child.kill('SIGKILL')
  }
}

/** A port of this machine that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const ended = (rank: number, how: string): LayerRotationError =>
  new LayerRotationError('PROCESS_LOST', `rank ${rank} ended before the training began, by ${how}`)
