import { link, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeCheckpoint } from './checkpoint-files.js'
import type { RunPosition } from './position.js'
import { sync } from '../files/sync.js'
import type { TrainingCheckpoint } from './training-checkpoint.js'
import { copyWhole, writeDurably, writing } from '../files/write.js'

/** The name of a checkpoint's folder; names sort from the oldest to the newest. */
export const checkpointName = ({ epoch, step }: RunPosition): string =>
  `epoch-${String(epoch).padStart(6, '0')}-step-${String(step).padStart(8, '0')}`

const isCheckpoint = (name: string): boolean => /^epoch-\d{6,}-step-\d{8,}$/.test(name)

/** Lists the folders of a run's checkpoints from the oldest to the newest; empty if the folder does not exist. */
export async function listCheckpoints(checkpoints: string): Promise<string[]> {
  const names = await readdir(checkpoints).catch(() => [])
  return names
    .filter(isCheckpoint)
    .sort()
    .map((name) => join(checkpoints, name))
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
 * @throws {LayerRotationError} WRITE_FAILED
 */
export async function writeCheckpoint(
  checkpoints: string,
  checkpoint: TrainingCheckpoint,
  kept: readonly KeptFile[],
): Promise<void> {
  const folder = join(checkpoints, checkpointName(checkpoint.position))
  const temporary = `${folder}.tmp`
  try {
    await writing(folder, () => rm(temporary, { recursive: true, force: true }))
    await writing(folder, () => mkdir(temporary))
    for (const [name, content] of encodeCheckpoint(checkpoint)) await writeDurably(join(temporary, name), content)
    for (const { path, name } of kept) await writing(folder, () => linkOrCopy(path, join(temporary, name)))
    await sync(temporary)
    await writing(folder, () => rename(temporary, folder))
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
  await sync(checkpoints)
}

/** Removes all checkpoints but the newest `keep`. @throws {LayerRotationError} WRITE_FAILED */
export async function pruneCheckpoints(checkpoints: string, keep: number): Promise<void> {
  const old = (await listCheckpoints(checkpoints)).slice(0, -keep)
  for (const folder of old) {
    // A crash must not leave half a checkpoint under its final name.
    await writing(folder, async () => {
      await rename(folder, `${folder}.tmp`)
      await rm(`${folder}.tmp`, { recursive: true })
    })
  }
}

/** Copies where the file system has no hard links. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(async () => {
    await copyWhole(from, to)
    await sync(to)
  })
}
