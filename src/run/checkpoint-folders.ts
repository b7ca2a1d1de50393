import { copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeCheckpoint } from './checkpoint-files.js'
import type { RunPosition } from './position.js'
import { sync } from '../files/sync.js'
import type { TrainingCheckpoint } from './training-checkpoint.js'
import { writeDurably, writing } from '../files/write.js'

/** The name of a checkpoint's folder; in the order of the names the later one comes last. */
export const checkpointName = ({ epoch, step }: RunPosition): string =>
  `epoch-${String(epoch).padStart(6, '0')}-step-${String(step).padStart(8, '0')}`

const isCheckpoint = (name: string): boolean => /^epoch-\d{6,}-step-\d{8,}$/.test(name)

/** The folders of the checkpoints of a run, from the oldest to the newest; none where there is no such folder. */
export async function listCheckpoints(checkpoints: string): Promise<string[]> {
  const names = await readdir(checkpoints).catch(() => [])
  return names
    .filter(isCheckpoint)
    .sort()
    .map((name) => join(checkpoints, name))
}

/** A file that a checkpoint keeps besides its own, under a name of its own. */
export interface KeptFile {
  path: string
  name: string
}

/**
 * Writes a checkpoint: its folder has its name once all in it is whole and on the disk. A crash at any moment leaves the
 * checkpoints that were there.
 *
 * @param checkpoints the folder that they lie in
 * @param kept files that are replaced as a whole when they change: a second name keeps the old ones without a copy
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

/** Removes all but the newest `keep`. @throws {LayerRotationError} WRITE_FAILED */
export async function pruneCheckpoints(checkpoints: string, keep: number): Promise<void> {
  const old = (await listCheckpoints(checkpoints)).slice(0, -keep)
  for (const folder of old) {
    // A crash midway must not leave a part of it under its name.
    await writing(folder, async () => {
      await rename(folder, `${folder}.tmp`)
      await rm(`${folder}.tmp`, { recursive: true })
    })
  }
}

/** Some file systems have no second names. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(async () => {
    await copyFile(from, to)
    await sync(to)
  })
}
