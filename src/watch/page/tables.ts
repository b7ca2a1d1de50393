import { effect, signal } from '@preact/signals'
import { tableNames, type RunEntry, type TableName, type TablePart } from '../protocol.js'
import { connection, overlaid, shown } from './state.js'

/** Values of a column; null for what was not measured. */
export type Column = (number | null)[]

/** A table of a run, in columns; a new object after each change. */
export interface Table extends Omit<TablePart, 'data' | 'from'> {
  /** The first one holds positions; then each quantity's, for each layer one if there are layers. */
  columns: Column[]
}

/** The tables of a run, as far as they are loaded. */
export type Tables = Partial<Record<TableName, Table>> & { problem?: string }

/** The tables of the runs that are drawn, by the runs' ids. */
export const tables = signal<ReadonlyMap<string, Tables>>(new Map())

/** The revision up to which each run is loaded, or being loaded. */
const revisions = new Map<string, number>()

/** Loads what the runs on the page lack, whenever they have changed. */
export function loadTables(): void {
  effect(() => {
    // Another server, after a restart, counts revisions anew.
    if (connection.value !== 'live') return revisions.clear()
    const drawn = drawnRuns()
    for (const id of tables.peek().keys()) if (!drawn.some((run) => run.id === id)) forget(id)
    for (const run of drawn) void load(run)
  })
}

const drawnRuns = (): RunEntry[] => [shown.value, overlaid.value].filter((run) => run !== undefined)

/** Milliseconds after which a failed request is sent again: a run that has ended changes no more. */
const retryAfter = 5000

function forget(id: string): void {
  revisions.delete(id)
  tables.value = new Map([...tables.peek()].filter(([other]) => other !== id))
}

async function load({ id, revision }: RunEntry): Promise<void> {
  if (revisions.get(id) === revision) return
  revisions.set(id, revision)
  for (const name of tableNames) {
    try {
      await loadTable(id, name)
    } catch (error) {
      // The next change of the run, or of the connection, tries again, too.
      if (revisions.get(id) === revision) revisions.delete(id)
      update(id, { problem: (error as Error).message })
      setTimeout(() => void loadIfDrawn(id), retryAfter)
      return
    }
  }
}

/** Loads a run that is still on the page; load() passes over what is loaded, or being loaded. */
async function loadIfDrawn(id: string): Promise<void> {
  const run = drawnRuns().find((one) => one.id === id)
  if (run !== undefined && connection.value === 'live') await load(run)
}

/** One request at a time for each table: parts must be put together in their order. */
const working = new Map<string, Promise<void>>()

function loadTable(id: string, name: TableName): Promise<void> {
  const key = `${id} ${name}`
  const work = (working.get(key) ?? Promise.resolve())
    .catch(() => undefined)
    .then(async () => {
      const before = tables.peek().get(id)?.[name]
      const part = await request(id, name, before)
      if (revisions.has(id)) update(id, { [name]: merged(before, part) })
    })
  working.set(key, work)
  return work
}

function update(id: string, change: Tables): void {
  const before = { ...tables.peek().get(id) }
  if (!('problem' in change)) delete before.problem
  tables.value = new Map([...tables.peek(), [id, { ...before, ...change }]])
}

async function request(id: string, name: TableName, before: Table | undefined): Promise<TablePart> {
  const { reading = 0, stride = 0, kept = 0 } = before ?? {}
  const response = await fetch(`/api/run?id=${id}&table=${name}&reading=${reading}&stride=${stride}&from=${kept}`)
  const answer = (await response.json()) as TablePart | { error: string }
  if ('error' in answer) throw new Error(answer.error)
  return answer
}

function merged(before: Table | undefined, { data, from, ...part }: TablePart): Table {
  const width = 1 + part.quantities.length * Math.max(1, part.layers.length) - (part.layers.length === 0 ? 1 : 0)
  const isSame = before?.reading === part.reading && before.columns.length === width
  const values = decode(data)
  const columns = Array.from({ length: width }, (_, column) => {
    const kept: Column = isSame ? before.columns[column]!.slice(0, from) : []
    for (let at = column; at < values.length; at += width) {
      const value = values[at]!
      kept.push(Number.isFinite(value) ? value : null)
    }
    return kept
  })
  return { ...part, columns }
}

/** Little-endian float32, as all that browsers run on have it. */
function decode(base64: string): Float32Array {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return new Float32Array(bytes.buffer)
}

/** The columns of a quantity of each layer; undefined if the table does not have it. */
export function layerColumns(table: Table | undefined, quantity: string): Column[] | undefined {
  const place = table?.quantities.indexOf(quantity) ?? -1
  if (table === undefined || place === -1 || table.layers.length === 0) return undefined
  const begin = 1 + place * table.layers.length
  return table.columns.slice(begin, begin + table.layers.length)
}

/** A column of a table without layers; undefined if nothing was measured in it. */
export function columnOf(table: Table | undefined, quantity: string): Column | undefined {
  const place = table?.quantities.indexOf(quantity) ?? -1
  const column = place === -1 ? undefined : table!.columns[place]
  return column?.some((value) => value !== null) ? column : undefined
}
