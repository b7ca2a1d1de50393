import { join } from 'node:path'
import { z } from 'zod'
import { json, parseJson } from '../files/json.js'
import { makeOwnFolder } from '../files/own-folder.js'
import { writeWhole } from '../files/write.js'
import { layout } from '../run/layout.js'
import { runTextIfPresent } from '../run/run-text.js'
import { validate } from '../validation/validate.js'
import type { LoggedRun, Row } from './logged-run.js'

const count = z.int().min(0)

const schema = z.object({
  /** Rows of metrics.csv that were sent. */
  metrics: count,
  /** Numbers of the last of these rows that were sent; absent if no more can come. */
  numbers: count.optional(),
  /** Records of layers.csv that were sent. */
  layers: count,
  /** Resumptions of the run that the numbers above take into account. */
  resumed: count,
  /** The state of the run that was sent last; null for none. */
  status: z.string().nullable(),
  /** The event file, which has so many bytes. */
  tensorboard: z
    .object({
      file: z.string().regex(/^events\.out\.tfevents\.[\w.-]{1,200}$/, 'the name of an event file'),
      bytes: count,
      hasLayout: z.boolean(),
    })
    .optional(),
  mlflow: z
    .object({
      /** The run's tag, by which it is found again where the answer that names it was lost. */
      tag: z.string().regex(/^[\w-]{1,100}$/, 'letters and digits'),
      experimentId: z.string().max(500).optional(),
      runId: z.string().max(500).optional(),
      /** The address of the run's artifacts. */
      artifacts: z.string().max(5000).optional(),
      hasParameters: z.boolean(),
      /** Files that were sent at the present end of the run. */
      files: count,
    })
    .optional(),
})

/** loggers/<name>.json: the part of a run that a logger has sent. The run's own records are all that it has to send. */
export type Cursor = z.output<typeof schema>

/** A cursor of a run of which nothing has been sent. */
export const atStart = ({ resumptions }: LoggedRun): Cursor => ({
  metrics: 0,
  layers: 0,
  resumed: resumptions.length,
  status: null,
})

/** The file of a cursor. @param name that of the logger */
export const cursorFile = (folder: string, name: string): string => join(folder, layout.loggers, `${name}.json`)

/** Reads a cursor; undefined if nothing has been sent. @throws {LayerRotationError} INVALID_FILE, READ_FAILED */
export async function readCursor(file: string): Promise<Cursor | undefined> {
  const text = await runTextIfPresent(file)
  return text === undefined ? undefined : validate(schema, parseJson(text, file), file, 'INVALID_FILE')
}

/** Makes the folder of the cursors. @throws {LayerRotationError} INVALID_FILE if a link is there; WRITE_FAILED */
export const makeCursors = (folder: string): Promise<void> => makeOwnFolder(join(folder, layout.loggers))

/** Writes a cursor. @throws {LayerRotationError} WRITE_FAILED */
export const writeCursor = (file: string, cursor: Cursor): Promise<void> => writeWhole(file, json(cursor))

/** The cursor of a run that may have been resumed since: the rows that were taken back then count as not sent. */
export function rewound(cursor: Cursor, logged: LoggedRun): Cursor {
  const { metrics, layerRows, resumptions } = logged
  const kept = Math.min(Infinity, ...resumptions.slice(cursor.resumed))
  const layers = Math.min(cursor.layers, layerRows)
  const rows = Math.min(cursor.metrics, kept === Infinity ? metrics.length : countUntil(metrics, kept))
  const { numbers, ...sent } = cursor
  return {
    ...sent,
    metrics: rows,
    // Rows before the last one have all their numbers.
    ...(numbers !== undefined && rows === cursor.metrics && { numbers }),
    layers: kept === Infinity ? layers : Math.min(layers, countUntil(logged.layersFrom(0), kept)),
    resumed: resumptions.length,
  }
}

/** The number of rows up to a step. */
function countUntil(rows: Iterable<Row>, step: number): number {
  let found = 0
  for (const row of rows) {
    if (row.step > step) break
    found++
  }
  return found
}

/** Rows to send, and the cursor once they are sent. */
export interface Part {
  rows: Row[]
  cursor: Cursor
}

/**
 * Yields what is to be sent after a cursor in parts of at most `most` numbers. A row with more of them stands in several parts;
 * the cursor passes it with the last one.
 */
export function* partsAfter(logged: LoggedRun, cursor: Cursor, most: number): Generator<Part> {
  let now = cursor
  let rows: Row[] = []
  let size = 0
  for (const { table, row, begin } of rowsAfter(logged, cursor)) {
    for (let at = begin; at < row.values.length;) {
      const values = row.values.slice(at, at + most - size)
      rows.push({ ...row, values })
      size += values.length
      at += values.length
      if (at === row.values.length) now = passed(now, table, row)
      if (size < most) continue
      yield { rows, cursor: now }
      rows = []
      size = 0
    }
  }
  if (rows.length > 0) yield { rows, cursor: now }
}

interface RowToSend {
  table: 'metrics' | 'layers' | 'late'
  row: Row
  /** The first number to send. */
  begin: number
}

function* rowsAfter(logged: LoggedRun, { metrics, numbers, layers }: Cursor): Generator<RowToSend> {
  const last = logged.metrics[metrics - 1]
  // The columns of onEpochEnd come to a row that may have been sent without them.
  if (last !== undefined && numbers !== undefined) yield { table: 'late', row: last, begin: numbers }
  for (const row of logged.metrics.slice(metrics)) yield { table: 'metrics', row, begin: 0 }
  for (const row of logged.layersFrom(layers)) yield { table: 'layers', row, begin: 0 }
}

/** The cursor behind a row. */
function passed(cursor: Cursor, table: RowToSend['table'], { values }: Row): Cursor {
  if (table === 'layers') return { ...cursor, layers: cursor.layers + 1 }
  return { ...cursor, metrics: cursor.metrics + (table === 'metrics' ? 1 : 0), numbers: values.length }
}
