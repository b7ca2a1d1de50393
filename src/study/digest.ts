import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { decisive } from '../experiment/changes.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { canonicalJson } from './canonical.js'

/**
 * The keys that experiments did not have when folders were first named by digests, with the values that change nothing. An
 * experiment with such a value keeps its digest, so that the runs of older studies are found. A key that is added belongs here.
 */
const laterKeys = {
  evaluation: { every: 1, images: null, initial: false },
  gradientClipping: null,
  accumulation: 1,
  averaging: null,
} as const satisfies Partial<ExperimentConfig>

/** The same for keys within a key that experiments always had. */
const laterParts = {
  augmentation: { crop: null, randAugment: null, cutout: 0, randomErasing: null, mixing: null },
} as const satisfies { [Key in keyof ExperimentConfig]?: Partial<ExperimentConfig[Key]> }

/**
 * SHA-256, in hex, of everything in an experiment that decides its numbers: equal for experiments that differ by name, device,
 * threads, times of checkpoints, or the order of their keys only.
 */
export function configDigest(config: ExperimentConfig): string {
  const entries = Object.entries(decisive(config))
    .filter(([key, value]) => key !== 'name' && !isUnchanged(value, key, laterKeys))
    .map(([key, value]) => [key, withoutUnchanged(key, value)])
  const text = canonicalJson(Object.fromEntries(entries))
  return createHash('sha256').update(text).digest('hex')
}

const isUnchanged = (value: unknown, key: string, neutral: Record<string, unknown>): boolean =>
  Object.hasOwn(neutral, key) && isDeepStrictEqual(value, neutral[key])

function withoutUnchanged(key: string, value: unknown): unknown {
  const neutral = (laterParts as Record<string, Record<string, unknown>>)[key]
  if (neutral === undefined) return value
  return Object.fromEntries(Object.entries(value as object).filter(([key, value]) => !isUnchanged(value, key, neutral)))
}
