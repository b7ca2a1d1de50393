import { copyFile, lstat, readdir, rename, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { checkpointName } from './checkpoint-folders.js'
import { layout } from './layout.js'
import { epochOfPart } from './step-records.js'
import { ifPresent } from '../files/if-present.js'
import { reading } from '../files/reading.js'
import { sync } from '../files/sync.js'
import type { FileSizes, TrainingCheckpoint } from './training-checkpoint.js'
import { writing } from '../files/write.js'

const growing = ['metrics', 'rotation', 'layers', 'log'] as const

/** Flushes the files that grow with a run to the disk. @returns their sizes in bytes */
export async function syncRecords(run: string): Promise<FileSizes> {
  const sizes: FileSizes = { metrics: 0, rotation: 0, layers: 0, log: 0 }
  for (const name of growing) {
    const path = join(run, layout[name])
    sizes[name] = (await writing(path, () => sizeOf(path))) ?? 0
    if (sizes[name] > 0) await sync(path)
  }
  await sync(run)
  return sizes
}

/**
 * Rewinds a run folder to a checkpoint: later records are removed.
 *
 * @throws {LayerRotationError} INVALID_FILE, before anything is changed, if a file is a link or shorter than it was at
 *   the checkpoint, and READ_FAILED; later: READ_FAILED, WRITE_FAILED
 */
export async function rewind(run: string, { position, files, pending }: TrainingCheckpoint): Promise<void> {
  await requireOwn(run)
  for (const name of growing) {
    const path = join(run, layout[name])
    const size = (await reading(path, () => sizeOf(path))) ?? 0
    if (size >= files[name]) continue
    const message = `${path} has ${size} bytes; expected at least the ${files[name]} that it had at the checkpoint. Restore the file, or remove the checkpoint to start again`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  await removeTemporary(join(run, layout.checkpoints))
  await restoreBest(run, join(run, layout.checkpoints, checkpointName(position)))
  await removeParts(join(run, layout.steps), pending?.firstEpoch ?? position.epoch)
  for (const name of growing) {
    const path = join(run, layout[name])
    if (files[name] === 0) await writing(path, () => rm(path, { force: true }))
    else await writing(path, () => truncate(path, files[name]))
  }
}

/** Refuses links, which a folder from somebody else may contain: their targets must not be truncated or written to. */
async function requireOwn(run: string): Promise<void> {
  for (const name of [...growing, 'steps', 'checkpoints'] as const) {
    const path = join(run, layout[name])
    const found = await reading(path, () => ifPresent(() => lstat(path)))
    const isFolder = name === 'steps' || name === 'checkpoints'
    if (found === undefined || (isFolder ? found.isDirectory() : found.isFile())) continue
    const message = `${path} is not a ${isFolder ? 'folder' : 'regular file'}; expected one, not a link`
    throw new LayerRotationError('INVALID_FILE', message)
  }
}

/** Removes all records of a run, as if it had not begun. @throws {LayerRotationError} WRITE_FAILED */
export async function clearRecords(run: string): Promise<void> {
  await requireOwn(run)
  for (const name of [...growing, 'steps', 'checkpoints'] as const) {
    const path = join(run, layout[name])
    await writing(path, () => rm(path, { recursive: true, force: true }))
  }
}

/** Removes the parts of steps/ from an epoch on, 0-based, and an unfinished one. */
async function removeParts(steps: string, fromEpoch: number): Promise<void> {
  for (const name of (await reading(steps, () => ifPresent(() => readdir(steps)))) ?? []) {
    const epoch = epochOfPart(name)
    if (epoch !== undefined && epoch < fromEpoch) continue
    if (epoch !== undefined || name.endsWith('.tmp')) await writing(steps, () => rm(join(steps, name)))
  }
}

/** Removes unfinished checkpoints and weights that a crash left. */
async function removeTemporary(checkpoints: string): Promise<void> {
  const names = await reading(checkpoints, () => ifPresent(() => readdir(checkpoints, { recursive: true })))
  for (const name of names?.filter((name) => name.endsWith('.tmp')) ?? []) {
    await writing(checkpoints, () => rm(join(checkpoints, name), { recursive: true, force: true }))
  }
}

/** Restores the weights 'best' from the checkpoint by a copy, because a hard link would not keep them. */
async function restoreBest(run: string, checkpoint: string): Promise<void> {
  const path = join(run, layout.weights('best'))
  const kept = join(checkpoint, 'best.safetensors')
  const found = await reading(kept, () => ifPresent(() => stat(kept)))
  if (found === undefined) return writing(path, () => rm(path, { force: true }))
  await writing(path, async () => {
    await copyFile(kept, `${path}.tmp`)
    await rename(`${path}.tmp`, path)
  })
}

/** The size of a file in bytes; undefined if it does not exist. */
async function sizeOf(path: string): Promise<number | undefined> {
  return (await ifPresent(() => stat(path)))?.size
}
