import { setTimeout } from 'node:timers/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { count } from '../numbers.js'
import { keepLedger } from '../study/keep-ledger.js'
import { isStudyFolder, studyLayout, type LedgerPoint } from '../study/ledger.js'
import { pointState } from '../study/point-state.js'
import { validateStudy } from '../study/study.js'
import type { StudyConfig } from '../study/study-config.js'
import { differenceNames, type Difference } from '../train/differences.js'
import { requireOptions } from '../validation/options.js'
import { pathSchema } from '../validation/path.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { workingFolder } from '../working-folder.js'
import type { PointProgress, TaskEnd } from './messages.js'
import { planOf, type SweepPlan } from './plan.js'
import { threadsPerProcess } from './threads-per-process.js'
import type { PointEnd } from './train-point.js'
import { WorkerProcess } from './worker-process.js'

/** The event of a point in a sweep. */
export type PointEvent =
  /** A process begins or resumes its training. */
  | { type: 'begin'; point: LedgerPoint }
  | { type: 'progress'; point: LedgerPoint; progress: PointProgress }
  /** `finished` also for a run that had finished before; `failed` with the reason. */
  | { type: 'finished'; point: LedgerPoint }
  | { type: 'failed'; point: LedgerPoint; reason: string }
  /** Another process trains it; the sweep comes back to it. */
  | { type: 'elsewhere'; point: LedgerPoint }

/** Functions that are called while a sweep runs. An error that one throws, or rejects with, ends the sweep. */
export interface SweepListeners {
  /** Called before the first training. */
  onPlan?: ((plan: SweepPlan) => unknown) | undefined
  onPoint?: ((event: PointEvent) => unknown) | undefined
  /** Called with sentences for people. */
  onNote?: ((note: string) => unknown) | undefined
}

export interface SweepOptions extends SweepListeners {
  /** Folder of the runs, by default `runs`: the study's folder is `<runsFolder>/<name>`. */
  runsFolder?: string | undefined
  /** Processes that train at once, 1 to 64, by default 1; they divide the machine's cores. */
  jobs?: number | undefined
  /** Resumes the runs that failed, too. */
  retry?: boolean | undefined
  /** Differences from before an interruption that are allowed; `config` takes the study with another base. */
  accept?: readonly Difference[] | undefined
  /** Stops all trainings after their step. */
  signal?: AbortSignal | undefined
}

/** The end of a sweep. */
export interface SweepResult {
  /** The study's folder. */
  folder: string
  finished: LedgerPoint[]
  /** `isUnreadable` if the run's folder is damaged or holds another experiment: it is trained again once they have been moved away. */
  failed: { point: LedgerPoint; reason: string; isUnreadable: boolean }[]
}

const listener = z.custom((value) => typeof value === 'function', 'expected a function').optional()

const optionsSchema = strictObject({
  runsFolder: pathSchema.optional(),
  jobs: z.int().min(1).max(64).optional(),
  retry: z.boolean().optional(),
  accept: z.array(z.enum(differenceNames)).optional(),
  signal: z.custom((value) => value instanceof AbortSignal, 'expected an AbortSignal').optional(),
  onPlan: listener,
  onPoint: listener,
  onNote: listener,
})

/** Milliseconds between two looks at points that another process trains. */
const lookInterval = 1000

/**
 * Trains all points of a study, in processes of their own, and records each in a run folder in that of the study. The folder
 * is the ledger: runs that have finished are passed over, interrupted ones are resumed, to the same bits, and several sweeps,
 * on any machines that share the folder, divide the points between them. A point that fails does not end the sweep.
 *
 *     await sweep(study({ name: 'seeds', base: presets.mnist(), axes: { seed: [1, 2, 3] } }), { jobs: 2 })
 *
 * @throws {LayerRotationError} INVALID_CONFIG, also if the folder has the study with another base; INTERRUPTED, after which the
 *   same call goes on; READ_FAILED, WRITE_FAILED, INVALID_FILE for the ledger
 */
export async function sweep(study: StudyConfig, options: SweepOptions = {}): Promise<SweepResult> {
  const valid = validateStudy(study, 'study')
  requireOptions(options, 'sweep')
  validate(optionsSchema, options, 'options of sweep')
  workingFolder()
  const folder = resolve(options.runsFolder ?? 'runs', valid.name)
  return new Sweep(folder, options).run(valid)
}

/** The end of a point whose run's folder cannot be read. */
interface Unreadable {
  end: 'unreadable'
  message: string
}

class Sweep {
  private readonly stop = new AbortController()
  private readonly signal: AbortSignal
  private readonly failures: unknown[] = []
  private readonly threads: number | null
  private readonly queue: LedgerPoint[] = []
  private readonly elsewhere = new Set<LedgerPoint>()
  private readonly result: SweepResult

  constructor(
    private readonly folder: string,
    private readonly options: SweepOptions,
  ) {
    const { signal, jobs = 1 } = options
    this.signal = AbortSignal.any(signal ? [signal, this.stop.signal] : [this.stop.signal])
    this.threads = threadsPerProcess(jobs)
    this.result = { folder, finished: [], failed: [] }
  }

  async run(study: StudyConfig): Promise<SweepResult> {
    const { folder, signal } = this
    const { accept = [], jobs = 1, retry = false, onNote, onPlan } = this.options
    if (signal.aborted) throw new LayerRotationError('INTERRUPTED', 'stopped before the sweep began')
    const wait = { signal, onNote: (note: string) => this.tell(onNote, note) }
    const points = await keepLedger(study, folder, { acceptChanges: accept.includes('config'), ...wait })
    this.queue.push(...points)
    const workers = Array.from({ length: Math.min(jobs, points.length) }, () => new WorkerProcess())
    const [first] = workers
    const stopAll = () => {
      for (const worker of workers) worker.stop()
    }
    signal.addEventListener('abort', stopAll)
    try {
      if (onPlan !== undefined) {
        const measure = (point: LedgerPoint) => this.measure(first!, point)
        this.tell(onPlan, await planOf(folder, points, { jobs, threads: this.threads, retry, measure }))
      }
      await Promise.all(workers.map((worker) => this.work(worker)))
    } finally {
      signal.removeEventListener('abort', stopAll)
      for (const worker of workers) worker.end()
    }
    if (this.failures.length > 0) throw this.failures[0]
    const { finished, failed } = this.result
    if (signal.aborted && finished.length + failed.length < points.length) {
      const message = `stopped after ${finished.length} of ${count(points.length, 'point')}; the same command goes on`
      throw new LayerRotationError('INTERRUPTED', message)
    }
    return this.result
  }

  /** Lets a process train points until there is none left. */
  private async work(worker: WorkerProcess): Promise<void> {
    for (let point = await this.next(); point !== undefined; point = await this.next()) {
      try {
        await this.train(worker, point)
      } catch (error) {
        this.failures.push(error)
        this.stop.abort()
      }
    }
  }

  /** The next point; undefined if none is left or the sweep is stopped. Points that others train come last. */
  private async next(): Promise<LedgerPoint | undefined> {
    const { queue, elsewhere, signal } = this
    while (!signal.aborted) {
      const point = queue.shift()
      if (point !== undefined || elsewhere.size === 0) return point
      await setTimeout(lookInterval, undefined, { signal }).catch(() => undefined)
      queue.push(...elsewhere)
      elsewhere.clear()
    }
    return undefined
  }

  private async train(worker: WorkerProcess, point: LedgerPoint): Promise<void> {
    const { accept = [], retry = false, onPoint, onNote } = this.options
    await this.requireLedger()
    const known = await this.knownEnd(point)
    if (known === undefined) this.tell(onPoint, { type: 'begin', point })
    const task = { study: this.folder, point, retry, accept: [...accept], threads: this.threads }
    const end =
      known ??
      (await worker.do(
        { type: 'train', task },
        {
          onProgress: (progress) => this.tell(onPoint, { type: 'progress', point, progress }),
          onNote: (note) => this.tell(onNote, note),
        },
      ))
    this.settle(point, end)
  }

  /** Refuses to go on without the folder: trainings would make another one of its name. */
  private async requireLedger(): Promise<void> {
    if (await isStudyFolder(this.folder)) return
    const message = `${this.folder} was moved or removed, or its ${studyLayout.ledger}; sweep goes on where the folder is now`
    throw new LayerRotationError('MISSING_FILE', message)
  }

  /** The end of a point that needs no process. */
  private async knownEnd(point: LedgerPoint): Promise<PointEnd | Unreadable | undefined> {
    try {
      const found = await pointState(this.folder, point)
      if (found.state === 'finished') return { end: 'finished' }
      if (found.state === 'running') return { end: 'elsewhere' }
      if (found.state === 'failed' && !this.options.retry)
        return { end: 'failed', reason: found.head.status.reason ?? 'unknown' }
      return undefined
    } catch (error) {
      if (!(error instanceof LayerRotationError)) throw error
      return { end: 'unreadable', message: error.message }
    }
  }

  private settle(point: LedgerPoint, end: TaskEnd | Unreadable): void {
    const { finished, failed } = this.result
    const { onPoint } = this.options
    if (end.end === 'finished') {
      finished.push(point)
      this.tell(onPoint, { type: 'finished', point })
    } else if (end.end === 'elsewhere') {
      this.elsewhere.add(point)
      this.tell(onPoint, { type: 'elsewhere', point })
    } else if (
      end.end === 'failed' ||
      end.end === 'unreadable' ||
      (end.end === 'error' && end.code !== 'INTERRUPTED')
    ) {
      const reason = end.end === 'failed' ? end.reason : end.message
      failed.push({ point, reason, isUnreadable: end.end === 'unreadable' })
      this.tell(onPoint, { type: 'failed', point, reason })
    }
  }

  private async measure(worker: WorkerProcess, point: LedgerPoint): Promise<number | undefined> {
    const end = await worker.do({ type: 'measure', point, threads: this.threads })
    return end.end === 'measured' && Number.isFinite(end.secondsPerEpoch) ? end.secondsPerEpoch : undefined
  }

  /** Calls a listener. Its error, thrown or rejected, ends the sweep: outside any promise it would end the process. */
  private tell<Event>(listener: ((event: Event) => unknown) | undefined, event: Event): void {
    const fail = (error: unknown) => {
      this.failures.push(error)
      this.stop.abort()
    }
    try {
      Promise.resolve(listener?.(event)).catch(fail)
    } catch (error) {
      fail(error)
    }
  }
}
