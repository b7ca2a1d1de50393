import { readdir } from 'node:fs/promises'
import { reading } from '../files/reading.js'
import { isTemporary } from '../files/write.js'
import { layout } from './layout.js'

/** The files that are written before the first table. */
const heads: ReadonlySet<string> = new Set([layout.status, layout.config, layout.environment])

/**
 * Tells whether a run's folder holds nothing but what a process writes before it records anything, so that it may be removed:
 * whatever else is there belongs to somebody.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED
 */
export async function isLeftBehind(folder: string): Promise<boolean> {
  const entries = await reading(folder, () => readdir(folder, { recursive: true, withFileTypes: true }))
  return entries.every((entry) => {
    const inside = entry.parentPath === folder ? '' : entry.parentPath.slice(folder.length + 1)
    if (inside === layout.lock || inside.startsWith(`${layout.lock}.`)) return true
    return entry.isDirectory() || isTemporary(entry.name) || (inside === '' && heads.has(entry.name))
  })
}
