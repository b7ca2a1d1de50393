import { checkpointStamp } from '../checkpoints/stamp.js'
import { findMainFile, isFolder } from '../checkpoints/read-checkpoint.js'
import { checkpointsIn } from '../checkpoints/series.js'
import { LayerRotationError } from '../errors.js'

/** A checkpoint that is there and has not been dealt with. */
export interface Arrival {
  path: string
  /** Changes with its files. */
  stamp: string
  /** Milliseconds of `performance.now()` at which it had this stamp first. */
  since: number
  /** True if it had this stamp when it was last looked at, too. */
  isStill: boolean
}

/** The checkpoints at some paths, seen again and again. */
export class Arrivals {
  private readonly pending = new Map<string, Arrival>()
  private readonly dealtWith = new Set<string>()
  /** Folders that have held checkpoints, which they go on to do even if one appears that makes them one itself. */
  private readonly series = new Set<string>()

  constructor(private readonly paths: readonly string[]) {}

  /**
   * Looks for checkpoints.
   *
   * @returns those that have not been dealt with, in the order in which they are given or of their names; those of them that have
   *   gone since; and a sentence about a path that cannot be read
   */
  async look(): Promise<{ arrivals: Arrival[]; gone: string[]; problem: string | undefined }> {
    const arrivals: Arrival[] = []
    let problem: string | undefined
    for (const given of this.paths) {
      try {
        for (const path of await this.checkpointsAt(given)) {
          const arrival = await this.seen(path)
          if (arrival !== undefined) arrivals.push(arrival)
        }
      } catch (error) {
        problem ??= passing(error)
      }
    }
    const present = new Set(arrivals.map(({ path }) => path))
    const gone = problem === undefined ? [...this.pending.keys()].filter((path) => !present.has(path)) : []
    for (const path of gone) this.pending.delete(path)
    return { arrivals, gone, problem }
  }

  /** Passes over a checkpoint from now on. */
  deal({ path }: Arrival): void {
    this.dealtWith.add(path)
    this.pending.delete(path)
  }

  private async checkpointsAt(path: string): Promise<string[]> {
    const isKnown = (checkpoint: string) => this.dealtWith.has(checkpoint)
    if (isKnown(path)) return []
    if (!(await isFolder(path))) return [path]
    if (!this.series.has(path) && (await findMainFile(path)) !== undefined) return [path]
    const found = await checkpointsIn(path, isKnown)
    if (found.length > 0) this.series.add(path)
    return found
  }

  /** Undefined if it has gone meanwhile. */
  private async seen(path: string): Promise<Arrival | undefined> {
    try {
      const stamp = await checkpointStamp(path)
      const before = this.pending.get(path)
      const isStill = before?.stamp === stamp
      const arrival = { path, stamp, since: isStill ? before.since : performance.now(), isStill }
      this.pending.set(path, arrival)
      return arrival
    } catch (error) {
      if (error instanceof LayerRotationError && error.code === 'MISSING_FILE') return undefined
      throw error
    }
  }
}

/** The message of an error that may pass, such as that of a folder which does not exist yet. @throws any other error */
export function passing(error: unknown): string {
  const codes: readonly string[] = ['MISSING_FILE', 'READ_FAILED', 'INVALID_FILE']
  if (error instanceof LayerRotationError && codes.includes(error.code)) return error.message
  throw error
}
