import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './temporary-folder.js'

/** A file system in memory, of one megabyte by default; undefined if this user may not mount one. */
export function smallDisk(options = 'size=1m'): string | undefined {
  const disk = join(temporaryFolder(), 'disk')
  mkdirSync(disk)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]).status !== 0) return undefined
  onTestFinished(() => void spawnSync('umount', [disk]))
  return disk
}

/** Fills a disk, on which a program may be writing meanwhile. @returns the file that takes the space */
export function fillDisk(disk: string): string {
  const filler = join(disk, 'filler')
  const file = openSync(filler, 'w')
  const block = Buffer.alloc(64 * 1024)
  try {
    for (;;) writeSync(file, block)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
  return filler
}
