import { readdir } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { reading } from '../files/reading.js'
import { statIfPresent } from '../files/stat-if-present.js'

/**
 * Tells whether a path is what a report leaves behind: report.html, its figures/, or a folder with nothing else. A pattern
 * such as `runs/mnist/*` also matches these, once a report was written beside the runs.
 *
 * @throws {LayerRotationError} READ_FAILED, MISSING_FILE, INVALID_FILE
 */
export async function isEarlierReport(path: string): Promise<boolean> {
  if (basename(path) === 'report.html') return true
  const names = await namesIn(path)
  if (names === undefined) return false
  if (basename(path) === 'figures') return names.every((name) => ['.svg', '.png'].includes(extname(name)))
  return names.includes('report.html') && names.every((name) => name === 'report.html' || name === 'figures')
}

/** The names in a folder; undefined if it is no folder. */
async function namesIn(path: string): Promise<string[] | undefined> {
  const found = await statIfPresent(path)
  return found?.isDirectory() ? reading(path, () => readdir(path)) : undefined
}
