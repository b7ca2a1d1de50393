import { createHash } from 'node:crypto'
import { decisive } from '../experiment/changes.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { canonicalJson } from './canonical.js'

/**
 * SHA-256, in hex, of everything in an experiment that decides its numbers: equal for experiments that differ by name, device,
 * threads, times of checkpoints, or the order of their keys only.
 */
export function configDigest(config: ExperimentConfig): string {
  const text = canonicalJson({ ...decisive(config), name: undefined })
  return createHash('sha256').update(text).digest('hex')
}
