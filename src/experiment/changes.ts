import { isDeepStrictEqual } from 'node:util'
import type { ExperimentConfig } from './config.js'

/** A value of an experiment that has changed, with both values as short texts. */
export interface Change {
  path: string
  from: string
  to: string
}

/** The keys of an experiment that say how it is computed, kept and found; they do not decide its numbers beyond rounding. */
const indecisive = [
  'checkpoint',
  'device',
  'threads',
  'loggers',
  'tags',
  'notes',
] as const satisfies readonly (keyof ExperimentConfig)[]

/** The keys that decide an experiment's numbers. */
export type Decisive = Omit<ExperimentConfig, (typeof indecisive)[number]>

/** An experiment without the other keys. */
export function decisive(config: ExperimentConfig): Decisive {
  const rest: Partial<ExperimentConfig> = { ...config }
  for (const key of indecisive) delete rest[key]
  return rest as Decisive
}

/** The innermost values by which two experiments differ, of the keys that decide their numbers. */
export function changes(before: ExperimentConfig, now: ExperimentConfig): Change[] {
  return changedPaths(decisive(before), decisive(now))
}

function changedPaths(before: unknown, now: unknown, path = ''): Change[] {
  if (isDeepStrictEqual(before, now)) return []
  if (isGroup(before) && isGroup(now) && Array.isArray(before) === Array.isArray(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])]
    return keys.flatMap((key) => changedPaths(before[key], now[key], path === '' ? key : `${path}.${key}`))
  }
  return [{ path, from: show(before), to: show(now) }]
}

const isGroup = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'absent'
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
