import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import type { Checkpoint } from '../checkpoints/checkpoint.js'
import { HeldFiles } from '../checkpoints/held-files.js'
import { readCheckpoint } from '../checkpoints/read-checkpoint.js'
import { leftOut } from '../checkpoints/series.js'
import { checkpointStamp } from '../checkpoints/stamp.js'
import { stepInName } from '../checkpoints/step-in-name.js'
import { LayerRotationError } from '../errors.js'
import { throwIfInterrupted } from '../interrupted.js'
import { requireOptions } from '../validation/options.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { type Arrival, Arrivals, passing } from './arrivals.js'
import { measureOptions, pathsSchema, requireTogether, type MeasureOptions } from './options.js'
import { SeriesMeasurement, type CheckpointSeries } from './series-measurement.js'

export interface FollowOptions extends Omit<MeasureOptions, 'onCheckpoint'> {
  /** Milliseconds between two looks at the paths, 10 … 3,600,000; by default 1000. */
  interval?: number | undefined
  /** Called with a sentence about a checkpoint that is left out or deleted; the notes of the next series have it, too. */
  onNote?: ((note: string) => void) | undefined
  /** Called with a sentence about what is waited for, whenever that changes. */
  onWait?: ((reason: string) => void) | undefined
}

const { from, layers, by, spectral, threads, signal } = measureOptions
const listener = z.custom<() => void>((value) => typeof value === 'function').optional()
const interval = z.int().min(10).max(3_600_000).optional()
const schema = strictObject({
  from,
  layers,
  by,
  spectral,
  threads,
  signal,
  interval,
  onNote: listener,
  onWait: listener,
})

/**
 * Measures a series of checkpoints that is still being written, and gives the series so far after each checkpoint. It never ends
 * by itself: leave the loop, or abort `signal`.
 *
 *     for await (const { checkpoints, layers } of followCheckpoints('output')) { … }
 *
 * A checkpoint is measured once, when it is whole and none of its files has changed between two looks. One that is not whole is left
 * out when it has not changed for thirty looks and a later one is there; so is one that appears behind a later step. The files of
 * the first checkpoint and of the newest one stay open: they may be deleted, and their disk space is freed at the end.
 *
 * @param paths files, or folders that are a checkpoint or hold several; what does not exist yet is waited for
 * @throws {LayerRotationError} INVALID_CONFIG for wrong arguments and patterns that no layer matches; INVALID_FILE if the first
 *   checkpoint or the newest one is written again; of `from`: MISSING_FILE, READ_FAILED, INVALID_FILE; ADDON_MISSING,
 *   LIBTORCH_MISMATCH; INTERRUPTED after `signal`
 */
export function followCheckpoints(
  paths: string | readonly string[],
  options: FollowOptions = {},
): AsyncGenerator<CheckpointSeries, never, undefined> {
  const given = validate(z.object({ paths: pathsSchema }), { paths }, 'followCheckpoints').paths
  requireOptions(options, 'followCheckpoints')
  validate(schema, options, 'followCheckpoints')
  requireTogether(options, 'followCheckpoints')
  return new Following(typeof given === 'string' ? [given] : given, options).series()
}

/** The looks without a change after which a checkpoint that is not whole no longer keeps later ones waiting. */
const patience = 30

/** A checkpoint to measure. */
interface Member {
  arrival: Arrival
  /** Undefined if the steps do not come from the names. */
  step: number | undefined
}

class Following {
  private readonly arrivals: Arrivals
  private readonly held = new HeldFiles()
  private readonly interval: number
  private measurement: SeriesMeasurement | undefined
  /** The open files of the checkpoint from which rotation is measured. */
  private originFiles: ReadonlySet<string> = new Set()
  private readonly notes: string[] = []
  private count = 0
  private lastStep = -1
  /** True if the steps come from the names; undefined as long as that cannot be told. */
  private hasSteps: boolean | undefined
  private waitsFor = ''

  constructor(
    paths: readonly string[],
    private readonly options: FollowOptions,
  ) {
    this.arrivals = new Arrivals(paths)
    this.interval = options.interval ?? 1000
  }

  async *series(): AsyncGenerator<CheckpointSeries, never, undefined> {
    const { from, signal } = this.options
    try {
      if (from !== undefined) {
        const stamp = await checkpointStamp(from)
        this.begin(await this.held.hold(await readCheckpoint(from), stamp))
      }
      for (;;) {
        throwIfInterrupted(signal, activity)
        const { arrivals, gone, problem } = await this.arrivals.look()
        for (const path of gone) this.note(`${path} was deleted before it was measured`)
        let obstacle: string | undefined
        const members = this.inOrder(arrivals)
        for (const [i, member] of members.entries()) {
          throwIfInterrupted(signal, activity)
          obstacle = await this.measure(member)
          if (obstacle === undefined) {
            this.waitsFor = ''
            yield this.seriesSoFar()
          } else if (this.isGivenUp(member, members.slice(i + 1))) {
            this.leaveOut(member.arrival, `${member.arrival.path} is left out: ${obstacle}`)
          } else break
        }
        await this.noticeDeletion()
        this.wait(obstacle ?? problem ?? `the ${this.count === 0 ? 'first' : 'next'} checkpoint is not there yet`)
        // The signal ends the wait, and its check follows.
        await setTimeout(this.interval, undefined, signal && { signal }).catch(() => undefined)
      }
    } finally {
      await this.held.keep(new Set())
      await this.measurement?.close()
    }
  }

  /** The arrivals in the order of training. Those that cannot belong to the series are left out. */
  private inOrder(arrivals: readonly Arrival[]): Member[] {
    const named = arrivals.map((arrival) => ({ arrival, step: stepInName(arrival.path) }))
    const known = named.filter(({ step }) => step !== undefined)
    if (this.hasSteps === undefined && arrivals.length > 0) {
      // Weights called "initial" alone do not tell whether others will have steps.
      const isInitial = this.count === 0 && known.length === 1 && known[0]!.step === 0
      if (!isInitial) this.hasSteps = known.length > 0
      else if (named.length > 1) this.hasSteps = false
    }
    if (this.hasSteps === false) {
      const initial = this.count === 0 ? known.filter(({ step }) => step === 0) : []
      const ordered = [...initial, ...named.filter((one) => !initial.includes(one))]
      return ordered.map(({ arrival }) => ({ arrival, step: undefined }))
    }
    const members: Member[] = []
    let before = this.lastStep
    for (const { arrival, step } of named.sort((a, b) => (a.step ?? -1) - (b.step ?? -1))) {
      if (step === undefined) this.leaveOut(arrival, leftOut(arrival.path))
      else if (step > before) members.push({ arrival, step: (before = step) })
      else this.leaveOut(arrival, `${arrival.path} is left out: a checkpoint of step ${before} came before it`)
    }
    return members
  }

  /** Measures a checkpoint if it is whole; otherwise returns a sentence about why it is not. */
  private async measure({ arrival, step = this.count }: Member): Promise<string | undefined> {
    const { path, stamp, isStill } = arrival
    if (!isStill) return `${path} may still be written`
    await this.requireUnchanged()
    try {
      const checkpoint = await this.held.hold(await readCheckpoint(path), stamp)
      const measurement = this.measurement ?? this.begin(checkpoint)
      await measurement.add({ path, step }, checkpoint)
    } catch (error) {
      await this.requireUnchanged()
      if (this.count === 0 && this.options.from === undefined) {
        await this.measurement?.close()
        this.measurement = undefined
      }
      return this.held.name(passing(error))
    } finally {
      await this.held.keep(this.measurement?.files() ?? new Set())
    }
    await this.requireUnchanged()
    this.arrivals.deal(arrival)
    this.count++
    this.lastStep = step
    return undefined
  }

  private begin(origin: Checkpoint): SeriesMeasurement {
    this.measurement = new SeriesMeasurement(origin, this.options)
    this.originFiles = this.measurement.files()
    return this.measurement
  }

  /** @throws {LayerRotationError} INVALID_FILE if what later checkpoints are compared with has been overwritten */
  private async requireUnchanged(): Promise<void> {
    const written = await this.held.findWritten(this.measurement?.files() ?? [])
    if (written === undefined) return
    const message = `${written} was written again while its series was followed; follow the new series from its start`
    throw new LayerRotationError('INVALID_FILE', message)
  }

  /** Says once that the start of the rotation is there only as long as this goes on. */
  private async noticeDeletion(): Promise<void> {
    const deleted = await this.held.findDeleted(this.originFiles)
    if (deleted === undefined) return
    this.originFiles = new Set()
    this.note(`${deleted} was deleted; rotation is still measured from it, because it stays open until following ends`)
  }

  /** Tells whether a checkpoint that is not whole has kept a later one waiting for long enough. */
  private isGivenUp({ arrival }: Member, later: readonly Member[]): boolean {
    const isStalled = arrival.isStill && performance.now() - arrival.since >= patience * this.interval
    return isStalled && later.some((member) => member.arrival.isStill)
  }

  private leaveOut(arrival: Arrival, note: string): void {
    this.arrivals.deal(arrival)
    this.note(note)
  }

  private note(note: string): void {
    this.notes.push(note)
    this.options.onNote?.(note)
  }

  private wait(reason: string): void {
    if (reason === this.waitsFor) return
    this.waitsFor = reason
    this.options.onWait?.(reason)
  }

  private seriesSoFar(): CheckpointSeries {
    const series = this.measurement!.series(this.hasSteps ?? false)
    return { ...series, notes: [...series.notes, ...this.notes] }
  }
}

const activity = 'following checkpoints'
