import type { ExperimentConfig } from '../experiment/config.js'
import { decisive } from '../experiment/changes.js'

export type Setting = number | string | boolean

/** The most characters of a setting; early versions of MLflow take no more. */
const longest = 500

/**
 * The settings of an experiment by their paths, such as `optimizer.rule.momentum`: its hyperparameters. A network counts by its
 * type alone; lists are JSON. Settings that are null or longer than 500 characters are left out.
 */
export function settingsOf(config: ExperimentConfig): Map<string, Setting> {
  const settings = leaves({ ...decisive(config), name: null, model: config.model.type }, '')
  return new Map(settings)
}

function leaves(value: unknown, path: string): [string, Setting][] {
  if (typeof value === 'number' || typeof value === 'boolean') return [[path, value]]
  if (typeof value === 'string') return value.length > longest ? [] : [[path, value]]
  if (Array.isArray(value)) {
    const text = JSON.stringify(value)
    return value.length === 0 || text.length > longest ? [] : [[path, text]]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`))
}
