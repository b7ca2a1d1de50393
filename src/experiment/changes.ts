import { isDeepStrictEqual } from 'node:util'
import type { ExperimentConfig } from './config.js'

/** A value of an experiment that has changed, with both values as short texts. */
export interface Change {
  path: string
  from: string
  to: string
}

/** The keys of an experiment that say how it is computed and kept; they do not decide its numbers beyond rounding. */
export type Decisive = Omit<ExperimentConfig, 'checkpoint' | 'device' | 'threads'>

/** An experiment without its checkpoint settings, its device and its number of threads. */
export function decisive({ checkpoint: _, device: __, threads: ___, ...rest }: ExperimentConfig): Decisive {
  return rest
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
