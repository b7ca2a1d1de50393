import { access, readdir, rm, stat, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { checkpointName, listCheckpoints } from './checkpoint-folders.js'
import { layout } from './layout.js'
import { epochOfPart } from './step-records.js'
import { requireOwn } from '../files/own-folder.js'
import { sync } from '../files/sync.js'
import type { FileSizes, TrainingCheckpoint } from './training-checkpoint.js'
import { copyWhole, removeTemporaries, writing } from '../files/write.js'

const growing = ['metrics', 'rotation', 'layers', 'log'] as const

/** Flushes the files that grow with a run to the disk. @returns their sizes in bytes */
export async function syncRecords(run: string): Promise<FileSizes> {
  const sizes: FileSizes = { metrics: 0, rotation: 0, layers: 0, log: 0 }
  for (const name of growing) {
    const path = join(run, layout[name])
    sizes[name] = await sizeOf(path)
    if (sizes[name] > 0) await sync(path)
  }
  await sync(run)
  return sizes
}

/**
 * Rewinds a run folder to a checkpoint: later records are removed.
 *
 * @throws {LayerRotationError} INVALID_FILE, before anything is changed, if a file is a link or shorter than it was at
 *   the checkpoint; WRITE_FAILED
 */
export async function rewind(run: string, { position, files, pending }: TrainingCheckpoint): Promise<void> {
  await requireOwnRun(run)
  for (const name of growing) {
    const size = await sizeOf(join(run, layout[name]))
    if (size >= files[name]) continue
    const message = `${join(run, layout[name])} has ${size} bytes; expected at least the ${files[name]} that it had at the checkpoint. Restore the file, or remove the checkpoint to start again`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  const checkpoint = join(run, layout.checkpoints, checkpointName(position))
  await requireOwn(bestIn(checkpoint), 'regular file')
  await removeTemporaries(run)
  await removeTemporary(join(run, layout.checkpoints))
  await restoreBest(run, checkpoint)
  await removeParts(join(run, layout.steps), pending?.firstEpoch ?? position.epoch)
  for (const name of growing) {
    const path = join(run, layout[name])
    if (files[name] === 0) await writing(path, () => rm(path, { force: true }))
    else await writing(path, () => truncate(path, files[name]))
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
  for (const weights of ['initial', 'last', 'best'] as const) {
    await requireOwn(dirname(join(run, layout.weights(weights))), 'folder')
  }
  for (const folder of await listCheckpoints(checkpoints)) await requireOwn(folder, 'folder')
}

/** Removes all records of a run, as if it had not begun. @throws {LayerRotationError} WRITE_FAILED */
export async function clearRecords(run: string): Promise<void> {
  await requireOwnRun(run)
  for (const name of [...growing, 'steps', 'checkpoints'] as const) {
    const path = join(run, layout[name])
    await writing(path, () => rm(path, { recursive: true, force: true }))
  }
}

/** Removes the parts of steps/ from an epoch on, 0-based, and an unfinished one. */
async function removeParts(steps: string, fromEpoch: number): Promise<void> {
  for (const name of await readdir(steps).catch(() => [])) {
    const epoch = epochOfPart(name)
    if (epoch !== undefined && epoch < fromEpoch) continue
    if (epoch !== undefined || name.endsWith('.tmp')) await writing(steps, () => rm(join(steps, name)))
  }
}

/** Removes unfinished checkpoints and weights that a crash left. */
async function removeTemporary(checkpoints: string): Promise<void> {
  // Not a recursive readdir, which follows links to folders.
  for (const entry of await readdir(checkpoints, { withFileTypes: true }).catch(() => [])) {
    const path = join(checkpoints, entry.name)
    if (entry.name.endsWith('.tmp')) await writing(checkpoints, () => rm(path, { recursive: true, force: true }))
    else if (entry.isDirectory()) await removeTemporaries(path)
  }
}

/** The best weights that a checkpoint keeps. */
const bestIn = (checkpoint: string): string => join(checkpoint, 'best.safetensors')

/** Restores the weights 'best' from the checkpoint by a copy, because a hard link would not keep them. */
async function restoreBest(run: string, checkpoint: string): Promise<void> {
  const path = join(run, layout.weights('best'))
  const kept = bestIn(checkpoint)
  const exists = await access(kept).then(
    () => true,
    () => false,
  )
  if (!exists) return writing(path, () => rm(path, { force: true }))
  await copyWhole(kept, path)
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}
