import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import type { LayerRotationError } from '../errors.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { layout } from '../run/layout.js'
import type { RunEntry, TableName } from './protocol.js'
import { RunTable } from './run-table.js'
import { summarize, unreadable, type Summary } from './summarize.js'

/** Milliseconds after which a running run is looked at again, though no file changed: its process may be gone. */
const patience = 5000

/** The files whose change is a change of the run. */
const files = [layout.status, layout.metrics, layout.rotation, layout.layers]

/** A stable name for a folder, from which nobody can tell another one. */
export const idOf = (folder: string): string => createHash('sha256').update(folder).digest('hex').slice(0, 16)

/** A run that is followed: its entry in the list, and its tables while somebody draws them. */
export class FollowedRun {
  readonly id: string
  private summary: Summary | undefined
  private revision = 0
  private stamp = ''
  /** The reason why the folder cannot be looked into. */
  private problem: LayerRotationError | undefined
  private lookedAt = 0
  private readonly tables = new Map<TableName, Promise<RunTable>>()
  /** The study that the folder belongs to, with the run's values on its axes. */
  private point: Pick<RunEntry, 'study' | 'label'> | undefined

  /** @param place the folder, from the one that was named on */
  constructor(
    readonly folder: string,
    private readonly place: string,
  ) {
    this.id = idOf(folder)
  }

  get isRunning(): boolean {
    return this.summary?.state === 'running'
  }

  /** The entry in the list; undefined before the first look. */
  get entry(): RunEntry | undefined {
    if (this.summary === undefined) return undefined
    const { id, place, revision } = this
    return { ...this.summary, id, place, revision, ...(this.point ?? { study: null, label: basename(this.folder) }) }
  }

  /** Puts the run into a study, or takes it out. */
  setPoint(point: Pick<RunEntry, 'study' | 'label'> | undefined): void {
    this.point = point
  }

  /** Says why the folder cannot be looked into; undefined if it can. */
  setProblem(problem: LayerRotationError | undefined): void {
    this.problem = problem
  }

  /** Reads the state and the last numbers if a file has changed. @returns true if so */
  async look(): Promise<boolean> {
    if (this.problem !== undefined) return this.set(unreadable(this.folder, this.problem), '')
    const stamp = await this.stampNow()
    const isDue = this.isRunning && performance.now() - this.lookedAt > patience
    if (stamp === this.stamp && !isDue) return false
    return this.set(await summarize(this.folder), stamp)
  }

  private set(summary: Summary, stamp: string): boolean {
    const isSame = stamp === this.stamp && JSON.stringify(summary) === JSON.stringify(this.summary)
    this.lookedAt = performance.now()
    if (isSame) return false
    this.summary = summary
    this.stamp = stamp
    this.revision++
    return true
  }

  /** Sizes and times of the files; a folder that has vanished meanwhile has none. */
  private async stampNow(): Promise<string> {
    const found = await Promise.all(files.map((file) => statIfPresent(join(this.folder, file)).catch(() => undefined)))
    return found.map((stats) => (stats === undefined ? '-' : `${stats.ino} ${stats.size} ${stats.mtimeMs}`)).join()
  }

  /** A table, which is read from the file as far as it was not yet. */
  async table(name: TableName): Promise<RunTable> {
    const table = this.tables.get(name) ?? RunTable.open(this.folder, name)
    this.tables.set(name, table)
    // Another experiment may come to this folder, or the missing file.
    table.catch(() => this.tables.delete(name))
    return table
  }

  /** Gives up the memory of the tables, which are read again when somebody asks for them. */
  forgetTables(): void {
    this.tables.clear()
  }
}
