import { readdir, rm, stat, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { keptName } from './checkpoint-files.js'
import { checkpointName, listCheckpoints } from './checkpoint-folders.js'
import { requireStamp } from './file-stamp.js'
import { GrowingFile, tableNames } from './growing-file.js'
import { keptWeights, layout } from './layout.js'
import type { Change } from './lock.js'
import { MetricsTable } from './metrics-table.js'
import { epochOfPart } from './step-records.js'
import { ifPresent } from '../files/if-present.js'
import { requireNoFolder, requireOwn } from '../files/own-folder.js'
import { reading } from '../files/reading.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { sync } from '../files/sync.js'
import type { TrainingCheckpoint } from './training-checkpoint.js'
import { copyWhole, removeTemporaries, writing } from '../files/write.js'

const growing = [...tableNames, 'log'] as const

/** The tables of a run that grow. */
export interface Tables {
  metrics: MetricsTable
  rotation: GrowingFile
  layers: GrowingFile
}

/** Flushes the files that grow with a run to the disk. @returns the size of run.log in bytes */
export async function syncRecords(run: string): Promise<number> {
  let log = 0
  for (const name of growing) {
    const path = join(run, layout[name])
    const size = (await writing(path, () => sizeOf(path))) ?? 0
    if (size > 0) await sync(path)
    if (name === 'log') log = size
  }
  await sync(run)
  return log
}

/**
 * Checks that a run folder still has all that it had at a checkpoint, of which it can be rewound then.
 *
 * @returns the tables as they were
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE if a file is a link or has changed
 */
export async function requireIntact(run: string, { position, files }: TrainingCheckpoint): Promise<Tables> {
  await requireOwnRun(run)
  const checkpoint = join(run, layout.checkpoints, checkpointName(position))
  const { tables: stamps } = files
  const tables = {
    metrics: await MetricsTable.at(join(run, layout.metrics), stamps.metrics, checkpoint),
    rotation: await GrowingFile.at(join(run, layout.rotation), stamps.rotation, checkpoint),
    layers: await GrowingFile.at(join(run, layout.layers), stamps.layers, checkpoint),
  }
  for (const [name, stamp] of Object.entries(files.parts)) {
    await requireStamp(join(run, layout.steps, name), stamp, 'whole', checkpoint)
  }
  return tables
}

/**
 * Rewinds a run folder to a checkpoint: later records are removed. Call requireIntact before.
 *
 * @throws {LayerRotationError} RUN_LOCKED if another process has taken the run over; READ_FAILED, WRITE_FAILED
 */
export async function rewind(run: string, { position, files }: TrainingCheckpoint, change: Change): Promise<void> {
  const checkpoints = join(run, layout.checkpoints)
  await change(run, () => removeTemporaries(run))
  await removeTemporary(checkpoints, change)
  for (const name of ['initial', 'best'] as const) {
    const path = join(run, layout.weights(name))
    if (files.kept[name] === undefined) await change(path, () => rm(path, { force: true }))
    else await restore(path, join(checkpoints, checkpointName(position), keptName(name)), change)
  }
  // It is that of a later step, and the resumed run may have none.
  const average = join(run, layout.weights('average'))
  await change(average, () => rm(average, { force: true }))
  await removeParts(join(run, layout.steps), files.parts, change)
  for (const name of growing) {
    const path = join(run, layout[name])
    const size = name === 'log' ? files.log : files.tables[name].bytes
    if (size === 0) await change(path, () => rm(path, { force: true }))
    else await shorten(path, size, change)
  }
}

/**
 * Refuses links, which a folder from somebody else may contain: what they lead to must not be changed.
 *
 * @throws {LayerRotationError} INVALID_FILE
 */
async function requireOwnRun(run: string): Promise<void> {
  for (const name of growing) await requireOwn(join(run, layout[name]), 'regular file')
  const checkpoints = join(run, layout.checkpoints)
  for (const folder of [join(run, layout.steps), checkpoints]) await requireOwn(folder, 'folder')
  for (const weights of keptWeights) {
    const file = join(run, layout.weights(weights))
    await requireOwn(dirname(file), 'folder')
    await requireNoFolder(file)
  }
  for (const folder of await listCheckpoints(checkpoints)) await requireOwn(folder, 'folder')
}

/** Removes all records of a run, as if it had not begun. @throws {LayerRotationError} RUN_LOCKED, READ_FAILED, WRITE_FAILED */
export async function clearRecords(run: string, change: Change): Promise<void> {
  await requireOwnRun(run)
  for (const name of [...growing, 'steps', 'checkpoints'] as const) {
    const path = join(run, layout[name])
    await change(path, () => rm(path, { recursive: true, force: true }))
  }
}

/** Removes the parts of steps/ that are not among those to keep, and an unfinished one. */
async function removeParts(steps: string, kept: Readonly<Record<string, unknown>>, change: Change): Promise<void> {
  for (const name of (await reading(steps, () => ifPresent(() => readdir(steps)))) ?? []) {
    const isLater = epochOfPart(name) !== undefined && !Object.hasOwn(kept, name)
    if (isLater || name.endsWith('.tmp'))
      await change(steps, () => rm(join(steps, name), { recursive: true, force: true }))
  }
}

/** Removes unfinished checkpoints and weights that a crash left. */
async function removeTemporary(checkpoints: string, change: Change): Promise<void> {
  // A recursive readdir would follow links to folders.
  const entries = await reading(checkpoints, () => ifPresent(() => readdir(checkpoints, { withFileTypes: true })))
  for (const entry of entries ?? []) {
    const path = join(checkpoints, entry.name)
    if (entry.name.endsWith('.tmp')) await change(checkpoints, () => rm(path, { recursive: true, force: true }))
    else if (entry.isDirectory()) await change(checkpoints, () => removeTemporaries(path))
  }
}

/** Restores weights from a checkpoint by a copy, unless they are the same file. */
async function restore(path: string, kept: string, change: Change): Promise<void> {
  const [now, then] = await reading(path, () =>
    Promise.all([path, kept].map((file) => ifPresent(() => stat(file, { bigint: true })))),
  )
  if (now !== undefined && now.ino === then?.ino && now.dev === then.dev) return
  await change(path, () => copyWhole(kept, path))
}

/**
 * Truncates a file that has at least `size` bytes. The log may have less: nothing depends on it. A file that has other names,
 * too, as in a copy by `cp -l`, becomes a file of its own first: what has those names must not change, now or later.
 */
async function shorten(path: string, size: number, change: Change): Promise<void> {
  const found = await statIfPresent(path)
  if (found === undefined) return
  if (found.nlink > 1) await change(path, () => copyWhole(path, path))
  if (found.size > size) await change(path, () => truncate(path, size))
}

/** The size of a file in bytes; undefined if it does not exist. */
async function sizeOf(path: string): Promise<number | undefined> {
  return (await ifPresent(() => stat(path)))?.size
}
