import { existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { SetupFailure } from './failure.mjs'

/**
 * Checks the free space of a folder, which need not exist yet.
 * @param {string} folder
 * @param {number} bytes
 * @param {{ purpose: string, wayOut: string }} texts
 * @throws {SetupFailure} if less than `bytes` are free
 */
export function requireDiskSpace(folder, bytes, { purpose, wayOut }) {
  let existing = folder
  while (!existsSync(existing)) existing = dirname(existing)
  const { bavail, bsize } = statfsSync(existing)
  if (bavail * bsize < bytes) {
    throw new SetupFailure(
      `${purpose} needs ${gigabytes(bytes)} in ${folder}, but only ${gigabytes(bavail * bsize)} are free there.`,
      { waysOut: ['free some space', wayOut] },
    )
  }
}

/** @param {number} bytes */
function gigabytes(bytes) {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
