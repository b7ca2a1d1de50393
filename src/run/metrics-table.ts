import { createHash } from 'node:crypto'
import { LayerRotationError } from '../errors.js'
import { csvLine } from '../rotation/csv.js'
import { writeWhole } from '../files/write.js'
import type { FileStamp } from './file-stamp.js'
import { GrowingFile } from './growing-file.js'
import type { Change } from './lock.js'
import type { EpochMetrics, InitialMetrics } from './metrics.js'
import {
  averageColumns,
  metricsColumns,
  metricsKey,
  mostColumns,
  mostCustomColumns,
  requireMetricsColumns,
} from './metrics-columns.js'
import { metricsLine } from './metrics-csv.js'
import { runText, runTextIfPresent } from './run-text.js'

/**
 * metrics.csv: a table that grows by lines and, when onEpochEnd returns a column for the first time or a resumed run writes one,
 * by columns. The file is then replaced as a whole; earlier epochs have an empty cell there.
 */
export class MetricsTable {
  private constructor(
    private readonly path: string,
    private file: GrowingFile,
    private columns: readonly string[],
    /** The text without the columns that came after the checkpoint; undefined if there are none. */
    private narrowed?: string,
  ) {}

  /** A table that has no line yet. @param averaged whether it has the scores of averaged weights */
  static empty(path: string, averaged: boolean): MetricsTable {
    return new MetricsTable(path, GrowingFile.empty(path), columnsToWrite(averaged))
  }

  /**
   * The table as it was at a checkpoint, whatever lines and columns it got since. Nothing is changed before narrow().
   *
   * @param checkpoint folder of the checkpoint
   * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE if it does not have what it had then
   */
  static async at(path: string, stamp: FileStamp, checkpoint: string): Promise<MetricsTable> {
    if (stamp.bytes === 0) return MetricsTable.empty(path, false)
    const text = await runTextIfPresent(path)
    const narrowed = text === undefined ? undefined : textAt(text, stamp)
    if (narrowed !== undefined) {
      const columns = columnsOf(narrowed, path)
      return new MetricsTable(path, GrowingFile.of(path, narrowed), columns, narrowed)
    }
    const file = await GrowingFile.at(path, stamp, checkpoint)
    return new MetricsTable(path, file, columnsOf(text ?? '', path))
  }

  /** Removes the columns that came after the checkpoint, and the lines with them. @throws {LayerRotationError} WRITE_FAILED, RUN_LOCKED */
  async narrow(change: Change): Promise<void> {
    const { path, narrowed } = this
    if (narrowed !== undefined) await change(path, () => writeWhole(path, narrowed))
  }

  /**
   * Adds the columns that a run writes and the table lacks: it was begun without an average, or by an earlier version.
   *
   * @throws {LayerRotationError} WRITE_FAILED, READ_FAILED, RUN_LOCKED
   */
  async widen(averaged: boolean, change: Change): Promise<void> {
    const columns = this.with(columnsToWrite(averaged))
    if (columns.length === this.columns.length) return
    const lines = (await runText(this.path)).split('\n').slice(1, -1)
    await this.replace(columns, lines.map(this.filled(columns)).join(''), change)
  }

  /** Writes the first line. @throws {LayerRotationError} WRITE_FAILED, RUN_LOCKED */
  begin(change: Change): Promise<void> {
    return this.file.append(csvLine(this.columns), change)
  }

  /** Adds a row. @throws {LayerRotationError} WRITE_FAILED, RUN_LOCKED */
  append(metrics: EpochMetrics | InitialMetrics, change: Change): Promise<void> {
    return this.file.append(metricsLine(metrics, this.columns), change)
  }

  /**
   * Puts values into the last row, in columns of these names; those that are new follow the others.
   *
   * @throws {LayerRotationError} INVALID_CONFIG for more columns than the file may have; WRITE_FAILED, READ_FAILED, RUN_LOCKED
   */
  async addToLast(metrics: EpochMetrics, change: Change): Promise<void> {
    const columns = this.with(Object.keys(metrics.custom))
    const custom = columns.filter((name) => metricsKey(name) === undefined).length
    if (custom > mostCustomColumns) {
      const message = `onEpochEnd returned ${custom} different columns in this run; expected at most ${mostCustomColumns}`
      throw new LayerRotationError('INVALID_CONFIG', message)
    }
    const lines = (await runText(this.path)).split('\n').slice(1, -2)
    const rows = lines.map(this.filled(columns)).join('') + metricsLine(metrics, columns)
    await this.replace(columns, rows, change)
  }

  /** Its columns, followed by those of these names that it lacks. */
  private with(names: readonly string[]): readonly string[] {
    return [...new Set([...this.columns, ...names])]
  }

  /** Gives a line empty cells in the columns that it lacks. */
  private filled(columns: readonly string[]): (line: string) => string {
    return (line) => `${line}${','.repeat(columns.length - this.columns.length)}\n`
  }

  private async replace(columns: readonly string[], rows: string, change: Change): Promise<void> {
    const text = csvLine(columns) + rows
    await change(this.path, () => writeWhole(this.path, text))
    this.file = GrowingFile.of(this.path, text)
    this.columns = columns
  }

  stamp(): FileStamp {
    return this.file.stamp()
  }
}

const columnsToWrite = (averaged: boolean): readonly string[] =>
  averaged ? [...metricsColumns, ...averageColumns] : metricsColumns

function columnsOf(text: string, file: string): readonly string[] {
  const columns = text.slice(0, text.indexOf('\n')).split(',')
  requireMetricsColumns(columns, file)
  return columns
}

/**
 * Returns the beginning of a table without its last columns that a stamp describes; undefined if the stamp is that of the
 * beginning itself, or of nothing in it.
 */
function textAt(text: string, { bytes, sha256 }: FileStamp): string | undefined {
  const lines = text.split('\n').map((line) => line.split(','))
  if (lines[0]!.length > mostColumns) return undefined
  for (let columns = lines[0]!.length; columns >= 1; columns--) {
    const narrow = lines.map((cells) => cells.slice(0, columns).join(',')).join('\n')
    const beginning = Buffer.from(narrow).subarray(0, bytes)
    const isIt = beginning.length === bytes && createHash('sha256').update(beginning).digest('hex') === sha256
    if (isIt) return columns === lines[0]!.length ? undefined : beginning.toString()
  }
  return undefined
}
