import { dirname, join, relative } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { runFolders } from '../run/run-folders.js'
import { readLedger, studyLayout } from '../study/ledger.js'
import { pointText } from '../study/value-text.js'
import { packageVersion } from '../version.js'
import { FollowedRun, idOf } from './followed-run.js'
import type { RunEntry, RunList, StudyEntry, TableName, TablePart } from './protocol.js'

/** Looks between two searches for new runs, and at runs that are not running. */
const searchEvery = 3

/** The most runs whose tables stay in memory. */
const mostInMemory = 16

/** A difference between two looks: everything, if runs have come or gone, or single runs. */
export type Change = { list: RunList } | { runs: RunEntry[] }

interface FollowedStudy {
  entry: StudyEntry
  stamp: string
  /** Labels of the runs by their folders. */
  labels: ReadonlyMap<string, string>
}

/** The runs and studies below some folders. */
export class Catalog {
  private readonly runs = new Map<string, FollowedRun>()
  private studies = new Map<string, FollowedStudy>()
  private problems: string[] = []
  private looks = 0
  private looking: Promise<Change | undefined> = Promise.resolve(undefined)
  /** Runs with tables in memory, the one that was asked for last at the end. */
  private readonly inMemory = new Set<FollowedRun>()

  /** @param folders absolute paths */
  constructor(private readonly folders: readonly string[]) {}

  /** True if there are runs that were not read yet. */
  get isIncomplete(): boolean {
    return this.looks === 0 || [...this.runs.values()].some(({ entry }) => entry === undefined)
  }

  /** Everything, as it was at the last look. */
  list(): RunList {
    const runs = [...this.runs.values()].flatMap(({ entry }) => entry ?? [])
    const studies = [...this.studies.values()].map(({ entry }) => entry)
    const { isIncomplete, problems } = this
    return { version: packageVersion(), isIncomplete, runs: runs.sort(newestFirst), studies, problems }
  }

  /** Looks at the files. @returns what has changed since the look before; undefined if nothing has */
  look(): Promise<Change | undefined> {
    this.looking = this.looking.catch(() => undefined).then(() => this.lookNow())
    return this.looking
  }

  private async lookNow(): Promise<Change | undefined> {
    const isSearch = this.looks % searchEvery === 0
    const isOther = isSearch && (await this.search())
    this.looks++
    const changed: RunEntry[] = []
    // One after the other: a training must not notice that its files are read.
    // The names of new runs come last.
    for (const run of [...this.runs.values()].reverse()) {
      if (!isSearch && !run.isRunning) continue
      if (await run.look()) changed.push(run.entry!)
    }
    if (isOther) return { list: this.list() }
    return changed.length > 0 ? { runs: changed } : undefined
  }

  /** Finds the runs and studies that there are. @returns true if they are others than before */
  private async search(): Promise<boolean> {
    const before = this.outline()
    const found = new Set<string>()
    this.problems = []
    for (const folder of this.folders) {
      try {
        for await (const { folder: path, problem } of runFolders(folder)) {
          found.add(path)
          const run = this.runs.get(path) ?? new FollowedRun(path, relative(dirname(folder), path))
          this.runs.set(path, run)
          run.setProblem(problem)
        }
      } catch (error) {
        if (!(error instanceof LayerRotationError)) throw error
        this.problems.push(error.message)
      }
    }
    for (const path of this.runs.keys()) if (!found.has(path)) this.runs.delete(path)
    await this.searchStudies()
    return this.outline() !== before
  }

  private outline(): string {
    const studies = [...this.studies.values()].map(({ entry, stamp }) => [entry.id, stamp])
    return JSON.stringify([[...this.runs.keys()], studies, this.problems])
  }

  /** A study's runs are in its folder. */
  private async searchStudies(): Promise<void> {
    const studies = new Map<string, FollowedStudy>()
    for (const folder of new Set([...this.runs.keys()].map((path) => dirname(path)))) {
      try {
        const study = await this.study(folder)
        if (study !== undefined) studies.set(folder, study)
      } catch (error) {
        if (!(error instanceof LayerRotationError)) throw error
        this.problems.push(error.message)
      }
    }
    this.studies = studies
    for (const [path, run] of this.runs) {
      const study = studies.get(dirname(path))
      const label = study?.labels.get(path)
      run.setPoint(label === undefined ? undefined : { study: study!.entry.id, label })
    }
  }

  private async study(folder: string): Promise<FollowedStudy | undefined> {
    const found = await statIfPresent(join(folder, studyLayout.ledger))
    if (found === undefined) return undefined
    const stamp = `${found.ino} ${found.size} ${found.mtimeMs}`
    const before = this.studies.get(folder)
    if (before?.stamp === stamp) return before
    const { name, points } = await readLedger(folder)
    const root = this.folders.find((root) => !relative(root, folder).startsWith('..')) ?? folder
    return {
      entry: { id: idOf(folder), name, place: relative(dirname(root), folder), points: points.length },
      stamp,
      labels: new Map(points.map((point) => [join(folder, point.folder), pointText(point.values)])),
    }
  }

  /**
   * Reads what somebody lacks of a table.
   *
   * @param id the id of a run
   * @returns undefined if there is no such run
   * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED
   */
  async part(
    id: string,
    name: TableName,
    has: Pick<TablePart, 'reading' | 'stride' | 'from'>,
  ): Promise<TablePart | undefined> {
    const run = [...this.runs.values()].find((candidate) => candidate.id === id)
    if (run === undefined) return undefined
    this.inMemory.delete(run)
    this.inMemory.add(run)
    const [oldest] = this.inMemory
    if (this.inMemory.size > mostInMemory) {
      oldest!.forgetTables()
      this.inMemory.delete(oldest!)
    }
    return (await run.table(name)).part(has)
  }
}

function newestFirst(a: RunEntry, b: RunEntry): number {
  const [one, other] = [a.startedAt ?? '', b.startedAt ?? '']
  if (one !== other) return one < other ? 1 : -1
  return a.place < b.place ? -1 : 1
}
