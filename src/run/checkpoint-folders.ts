import { link, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeCheckpoint } from './checkpoint-files.js'
import type { Change } from './lock.js'
import type { RunPosition } from './position.js'
import { ifPresent } from '../files/if-present.js'
import { reading } from '../files/reading.js'
import { sync } from '../files/sync.js'
import type { TrainingCheckpoint } from './training-checkpoint.js'
import { copyWhole, temporaryPath, writeDurably, writing } from '../files/write.js'

/** The name of a checkpoint's folder. From a million epochs on, the alphabet is no longer the order of time. */
export const checkpointName = ({ epoch, step }: RunPosition): string =>
  `epoch-${String(epoch).padStart(6, '0')}-step-${String(step).padStart(8, '0')}`

/** The position in the name of a checkpoint's folder; undefined for any other name. */
function positionIn(name: string): RunPosition | undefined {
  const [, epoch, step] = /^epoch-(\d{6,})-step-(\d{8,})$/.exec(name) ?? []
  return epoch === undefined ? undefined : { epoch: Number(epoch), step: Number(step) }
}

/**
 * Lists the folders of a run's checkpoints from the oldest to the newest; empty if the folder does not exist. @throws
 * {LayerRotationError} READ_FAILED
 */
export async function listCheckpoints(checkpoints: string): Promise<string[]> {
  const names = (await reading(checkpoints, () => ifPresent(() => readdir(checkpoints)))) ?? []
  return names
    .flatMap((name) => {
      const position = positionIn(name)
      return position === undefined ? [] : { path: join(checkpoints, name), position }
    })
    .sort(({ position: a }, { position: b }) => a.epoch - b.epoch || a.step - b.step)
    .map(({ path }) => path)
}

/** A file of the run that a checkpoint keeps under another name. */
export interface KeptFile {
  path: string
  name: string
}

/**
 * Writes a checkpoint. Its folder gets its name once all files are complete and on the disk, so a crash at any moment
 * leaves the earlier checkpoints intact.
 *
 * @param checkpoints folder of the run's checkpoints
 * @param kept files that are replaced as a whole when they change: a hard link keeps the old content without a copy
 * @throws {LayerRotationError} RUN_LOCKED, READ_FAILED, WRITE_FAILED
 */
export async function writeCheckpoint(
  checkpoints: string,
  checkpoint: TrainingCheckpoint,
  kept: readonly KeptFile[],
  change: Change,
): Promise<void> {
  const folder = join(checkpoints, checkpointName(checkpoint.position))
  const temporary = temporaryPath(folder)
  try {
    await change(folder, () => mkdir(temporary))
    const contents = await encodeCheckpoint(checkpoint)
    for (const [name, content] of contents) await writeDurably(join(temporary, name), content)
    for (const { path, name } of kept) await writing(folder, () => linkOrCopy(path, join(temporary, name)))
    await sync(temporary)
    await change(folder, () => rename(temporary, folder))
  } catch (error) {
    await change(folder, () => rm(temporary, { recursive: true, force: true })).catch(() => undefined)
    throw error
  }
  await sync(checkpoints)
}

/**
 * Removes all checkpoints but the newest `keep`. @throws {LayerRotationError} RUN_LOCKED, READ_FAILED, WRITE_FAILED
 */
export async function pruneCheckpoints(checkpoints: string, keep: number, change: Change): Promise<void> {
  const old = (await listCheckpoints(checkpoints)).slice(0, -keep)
  for (const folder of old) {
    // A crash must not leave half a checkpoint under its final name.
    const name = await change(folder, () => renamed(folder, temporaryPath(folder)))
    await change(folder, () => rm(name, { recursive: true }))
  }
}

/**
 * Renames a folder, unless an overlay file system has it in a lower layer, such as that of a Docker image: it cannot be
 * renamed there.
 *
 * @returns its name then
 */
async function renamed(from: string, to: string): Promise<string> {
  try {
    await rename(from, to)
    return to
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EXDEV') return from
    throw error
  }
}

/** Copies where the file system has no hard links. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(async () => {
    await copyWhole(from, to)
    await sync(to)
  })
}
