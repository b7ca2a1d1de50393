import { createHash } from 'node:crypto'
import { decisive } from '../experiment/changes.js'
import type { ExperimentConfig } from '../experiment/config.js'

/**
 * SHA-256, in hex, of everything in an experiment that decides its numbers: equal for experiments that differ by name, device,
 * threads, times of checkpoints, or the order of their keys only.
 */
export function configDigest(config: ExperimentConfig): string {
  const text = JSON.stringify(sorted({ ...decisive(config), name: undefined }))
  return createHash('sha256').update(text).digest('hex')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}
