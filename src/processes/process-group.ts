import { deserialize, serialize } from 'node:v8'
import { LayerRotationError, type ErrorCode } from '../errors.js'
import type { EpochResult, NativeProcessGroup } from '../native/contract.js'
import { translated } from '../native/errors.js'
import { createProcessGroup, info } from '../native/load.js'
import { packageVersion } from '../version.js'
import type { Message, Prepared } from './messages.js'
import type { Place } from './place.js'

/** The milliseconds that rank 0 waits, at its end, until the others have read that it ends. */
const patience = 5000

/**
 * The processes of one training. Rank 0 decides and records; it tells the others what to do, and they do it with it. Methods
 * reject with PROCESS_LOST, which names the process, once one has ended or does not answer.
 */
export class ProcessGroup {
  private messages = 0
  private isLost = false
  private isEnded = false
  private steps = 0
  private stepSeconds = 0
  private exchangeSeconds = 0
  private readonly stop = new AbortController()
  /**
   * For rank 0: aborts when another process was asked to stop, with the exit code of its signal as reason, or when one is lost, with
   * the error PROCESS_LOST.
   */
  readonly stopped: AbortSignal = this.stop.signal

  private constructor(
    private readonly place: Place,
    /** The group as a trainer takes it. */
    readonly native: NativeProcessGroup,
    private readonly ended: AbortSignal | undefined,
  ) {
    ended?.addEventListener('abort', this.leave)
    if (ended?.aborted) this.leave()
  }

  /**
   * Meets the other processes.
   *
   * @throws {LayerRotationError} PROCESS_LOST, INTERRUPTED, ADDON_MISSING, LIBTORCH_MISMATCH; INVALID_CONFIG if another process has
   *   this rank
   */
  static async join(place: Place, { signal, ended }: JoinSignals = {}): Promise<ProcessGroup> {
    const group = new ProcessGroup(place, await createProcessGroup(place), ended)
    signal?.addEventListener('abort', group.leave)
    if (signal?.aborted) group.leave()
    await group.watching(() => group.native.join()).finally(() => signal?.removeEventListener('abort', group.leave))
    return group
  }

  get rank(): number {
    return this.place.rank
  }

  get size(): number {
    return this.place.size
  }

  /** The device for this process: with several CUDA devices, that of its number on this host. */
  async device(wanted: string): Promise<string> {
    if (wanted !== 'auto' && wanted !== 'cuda') return wanted
    const cuda = (await info()).devices.filter(({ name }) => name.startsWith('cuda'))
    return cuda.length === 0 ? wanted : cuda[this.place.localRank % cuda.length]!.name
  }

  /** Tells all others, as rank 0. @returns a function that forgets the message, for one that all have read */
  async tell(message: Message): Promise<() => Promise<void>> {
    const key = `message/${this.messages++}`
    await this.watching(() => this.native.set(key, serialize(message)))
    return () => this.watching(() => this.native.forget(key))
  }

  /** Returns the next message of rank 0. */
  async hear(): Promise<Message> {
    const key = `message/${this.messages++}`
    return deserialize(await this.watching(() => this.native.wait(key, 0))) as Message
  }

  /**
   * Waits, before the trainer is made, until all processes are prepared. They must have seen the same data.
   *
   * @throws {LayerRotationError} INVALID_CONFIG, or the error of another process
   */
  async meet(seen: string): Promise<void> {
    const { libtorch } = await info()
    const own = { seen, versions: `layer-rotation ${packageVersion()} with LibTorch ${libtorch.loaded}` }
    if (this.rank !== 0) {
      await this.answer(own)
      const message = await this.hear()
      if (message.type === 'end') throw new GroupEnded(message.code)
      this.begin()
      return
    }
    for (let rank = 1; rank < this.size; rank++) {
      const answer = deserialize(await this.watching(() => this.native.wait(`prepared/${rank}`, rank))) as Prepared
      if ('error' in answer)
        throw new LayerRotationError(answer.error.code as ErrorCode, `rank ${rank}: ${answer.error.message}`)
      if (answer.versions !== own.versions) throw different(rank, `is ${answer.versions}`, own.versions)
      if (answer.seen !== seen)
        throw different(rank, 'has other data, or other files that the experiment names', 'the same')
    }
    this.begin()
    await this.tell({ type: 'create' })
  }

  /** From now on the steps tell who has ended. */
  private begin(): void {
    this.ended?.removeEventListener('abort', this.leave)
  }

  /** Answers 'prepare', as another rank. */
  answer(prepared: Prepared): Promise<void> {
    return this.watching(() => this.native.set(`prepared/${this.rank}`, serialize(prepared)))
  }

  /** Leaves the exit code of a signal for rank 0. */
  leaveStopCode(code: number): Promise<void> {
    return this.watching(() => this.native.set(`stop/${this.rank}`, serialize(code)))
  }

  /** Leaves, for the errors of the others, the error that ends this process. Never rejects. */
  async leaveError(error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error)
    await this.native.set(`error/${this.rank}`, new TextEncoder().encode(message)).catch(() => undefined)
  }

  /** Takes note of trained steps, as rank 0. @param seconds of the call */
  async trained({ steps, exchangeSeconds = 0, lost, stoppedByOther }: EpochResult, seconds: number): Promise<void> {
    this.steps += steps
    this.stepSeconds += seconds
    this.exchangeSeconds += exchangeSeconds
    if (lost !== undefined) {
      this.isLost = true
      this.stop.abort(new LayerRotationError('PROCESS_LOST', lost))
    } else if (stoppedByOther) {
      this.stop.abort(await this.stopCode())
    }
  }

  /** The time of the steps so far and of the sums among it, in words. */
  describeSpeed(): string | undefined {
    if (this.steps === 0) return undefined
    const milliseconds = (seconds: number) => ((1000 * seconds) / this.steps).toPrecision(3)
    return `${this.size} processes: ${milliseconds(this.stepSeconds)} ms a step, ${milliseconds(this.exchangeSeconds)} ms of them adding up gradients and waiting for the slowest process`
  }

  /** Ends the training of all, as rank 0; a second call does nothing. Never rejects. @param code exit code */
  async end(code: number): Promise<void> {
    if (this.isLost || this.isEnded) return
    this.isEnded = true
    try {
      await this.tell({ type: 'end', code })
      const until = performance.now() + patience
      for (let rank = 1; rank < this.size; rank++) {
        while (performance.now() < until && !(await this.native.has(`left/${rank}`))) await pause()
      }
    } catch {
      // Who is lost has ended already; the others notice that rank 0 has.
    }
  }

  /** Leaves at the end, as another rank: rank 0 may then end, and the store with it. Never rejects. */
  async farewell(): Promise<void> {
    await this.native.set(`left/${this.rank}`, new Uint8Array()).catch(() => undefined)
  }

  /** Ends each wait for the others. */
  private readonly leave = (): void => this.native.leave()

  /** The exit code for the signal that another process got. */
  private async stopCode(): Promise<number> {
    for (let rank = 1; rank < this.size; rank++) {
      const key = `stop/${rank}`
      if (await this.native.has(key)) return deserialize(await this.native.wait(key, rank)) as number
    }
    return 1
  }

  private async watching<Result>(call: () => Promise<Result>): Promise<Result> {
    try {
      return await translated(call)
    } catch (error) {
      const reason: unknown = hasCode(error, 'INTERRUPTED') && this.ended?.aborted ? this.ended.reason : error
      if (hasCode(reason, 'PROCESS_LOST')) this.isLost = true
      throw reason
    }
  }
}

/** Signals of a process that meets others. */
export interface JoinSignals {
  /** Ends the waiting for them. */
  signal?: AbortSignal | undefined
  /** Aborts once another process has ended, with the error as reason; of interest until the trainer is made. */
  ended?: AbortSignal | undefined
}

/** Thrown in another process than rank 0 when rank 0 ends before the trainer is made. */
export class GroupEnded extends Error {
  constructor(readonly code: number) {
    super('rank 0 has ended the training')
  }
}

const hasCode = (error: unknown, code: ErrorCode): boolean => error instanceof LayerRotationError && error.code === code

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10))

function different(rank: number, found: string, expected: string): LayerRotationError {
  return new LayerRotationError('INVALID_CONFIG', `rank ${rank} ${found}; expected ${expected} as rank 0`)
}
