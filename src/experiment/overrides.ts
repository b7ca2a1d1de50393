import { LayerRotationError } from '../errors.js'
import { suggestion } from '../validation/nearest.js'

/**
 * Sets values of an experiment by their path, as on the command line. The values are YAML: `0.037`, `true`, `[90]`,
 * `{type: constant, initial: 0.1}`. Named things in a list go by name or index: `model.layers.dense0.units=100`.
 *
 * The result is a changed copy, yet to be validated: there an unknown last key is found.
 *
 * @param assignments `path=value` each
 * @throws {LayerRotationError} INVALID_CONFIG for what is no assignment or a path that leads nowhere
 */
export async function override(experiment: unknown, assignments: readonly string[]): Promise<unknown> {
  const { parse } = await import('yaml')
  const copy = structuredClone(experiment)
  for (const assignment of assignments) assign(copy, assignment, parse)
  return copy
}

type Parse = (text: string) => unknown

function assign(experiment: unknown, assignment: string, parse: Parse): void {
  const [, path, text] = /^([^=]+)=(.*)$/s.exec(assignment) ?? []
  if (path === undefined || text === undefined) {
    throw new LayerRotationError(
      'INVALID_CONFIG',
      `${JSON.stringify(assignment)} sets nothing; expected path=value, such as epochs=10`,
    )
  }
  const keys = path.split('.')
  const last = keys.pop()!
  let target = experiment
  for (const [depth, key] of keys.entries()) target = childOf(target, key, keys.slice(0, depth), assignment)
  if (!isContainer(target)) leadsNowhere(target, last, keys, assignment)
  target[keyIn(target, last, keys, assignment)] = valueOf(text, assignment, parse)
}

type Container = Record<string, unknown>

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}

function childOf(target: unknown, key: string, parents: readonly string[], assignment: string): unknown {
  if (!isContainer(target)) return leadsNowhere(target, key, parents, assignment)
  const found = keyIn(target, key, parents, assignment)
  return Object.hasOwn(target, found) ? target[found] : leadsNowhere(target, key, parents, assignment)
}

/** In a list, the index of the element with that name. In an object, the key itself. */
function keyIn(target: Container, key: string, parents: readonly string[], assignment: string): string {
  if (key === '__proto__') return leadsNowhere(target, key, parents, assignment)
  if (!Array.isArray(target) || Object.hasOwn(target, key)) return key
  const index = target.findIndex((element) => isContainer(element) && element['name'] === key)
  return index === -1 ? leadsNowhere(target, key, parents, assignment) : String(index)
}

function leadsNowhere(target: unknown, key: string, parents: readonly string[], assignment: string): never {
  const known = knownKeys(target)
  const place = parents.length === 0 ? 'an experiment' : parents.join('.')
  const message = `${assignment}: ${place} has no ${JSON.stringify(key)}${suggestion(key, known)}`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

function knownKeys(target: unknown): string[] {
  if (Array.isArray(target)) return target.flatMap((element) => (isContainer(element) ? [String(element['name'])] : []))
  return isContainer(target) ? Object.keys(target) : []
}

function valueOf(text: string, assignment: string, parse: Parse): unknown {
  try {
    return parse(text)
  } catch (cause) {
    const reason = (cause as Error).message.replace(/ at line .*/s, '')
    throw new LayerRotationError('INVALID_CONFIG', `${assignment}: the value is no YAML: ${reason}`, { cause })
  }
}
