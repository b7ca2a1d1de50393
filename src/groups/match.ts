import { matchesGlob } from '../validation/glob.js'
import type { GroupConfig } from './group.js'
import type { ModelParameter } from './model-parameters.js'

/** Tells whether every condition of a group's match holds for a parameter. */
export function matches({ name, layer, kinds }: ModelParameter, match: GroupConfig['match']): boolean {
  const { layers, kind, parameters } = match
  if (layers && !layers.some((pattern) => matchesGlob(layer, pattern))) return false
  if (kind && !kinds.has(kind)) return false
  return !parameters || parameters.some((pattern) => matchesGlob(name, pattern))
}
