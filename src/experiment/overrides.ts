import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { nearest, suggestion } from '../validation/nearest.js'
import { experimentSchema } from './config.js'
import { withPowers } from './powers.js'
import { parseYaml, YamlError } from './yaml.js'

/**
 * Sets values of an experiment by their path, as on the command line. The values are YAML, with powers: `0.037`, `3^-3`,
 * `true`, `[90]`, `{type: constant, initial: 0.1}`. A layer is named or counted, inside residual layers too:
 * `model.layers.dense0.units=100`, `model.layers.stage1.block0.conv0.filters=8`. In place of a part with a type, a word stands
 * for the type, `optimizer=adam`, as in `loggers=tensorboard` and `loggers=[tensorboard, mlflow]`; in place of a schedule, a
 * number stands for its initial rate, `learningRate=0.1`.
 *
 * The result is a changed copy that is not validated yet: validation finds an unknown last key.
 *
 * @param assignments `path=value` each
 * @throws {LayerRotationError} INVALID_CONFIG for text that is not an assignment, or a path that leads nowhere
 */
export async function override(experiment: unknown, assignments: readonly string[]): Promise<unknown> {
  const copy = structuredClone(experiment)
  for (const assignment of assignments) await assign(copy, assignment)
  return copy
}

/**
 * Sets one value of an experiment by its path, in place; the result is not validated.
 *
 * @param path as on the left of an assignment
 * @throws {LayerRotationError} INVALID_CONFIG for a path that leads nowhere
 */
export function setAt(experiment: unknown, path: string, value: unknown): void {
  const text = JSON.stringify(value) ?? 'undefined'
  const slot = slotAt(experiment, path, text, `${path}=${text}`)
  slot.container[slot.key] = meant(value, slot.container[slot.key], path)
}

/** The value at a path of an experiment; undefined if there is none. */
export function valueAt(experiment: unknown, path: string): unknown {
  const keys = path.split('.')
  let value = experiment
  for (let done = 0; done < keys.length;) {
    const slot = slotIn(value, keys.slice(done))
    if (slot === undefined || !Object.hasOwn(slot.container, slot.key)) return undefined
    value = slot.container[slot.key]
    done += slot.keys
  }
  return value
}

/** Takes an assignment apart. @throws {LayerRotationError} INVALID_CONFIG */
export function splitAssignment(assignment: string): { path: string; text: string } {
  const [, path, text] = /^([^=]+)=(.*)$/s.exec(assignment) ?? []
  if (path === undefined || text === undefined) {
    throw new LayerRotationError(
      'INVALID_CONFIG',
      `${JSON.stringify(shortened(assignment))} is not an assignment; expected path=value, such as epochs=10`,
    )
  }
  return { path, text }
}

async function assign(experiment: unknown, assignment: string): Promise<void> {
  const { path, text } = splitAssignment(assignment)
  const slot = slotAt(experiment, path, text, assignment)
  slot.container[slot.key] = meant(await valueOf(text, assignment), slot.container[slot.key], path)
}

/** The value that somebody means who gives `value` in place of `present`. */
function meant(value: unknown, present: unknown, path: string): unknown {
  if (path === 'loggers') return loggersMeant(value)
  // A layer has a name besides, which it would lose.
  if (!isContainer(present) || typeof present['type'] !== 'string' || 'name' in present) return value
  if (typeof value === 'string') return { type: value }
  return typeof value === 'number' && typeof present['initial'] === 'number' ? { ...present, initial: value } : value
}

/** Loggers, of which words stand for types; a word alone is a list of one. */
function loggersMeant(value: unknown): unknown {
  const typed = (each: unknown) => (typeof each === 'string' ? { type: each } : each)
  if (typeof value === 'string') return [typed(value)]
  return Array.isArray(value) ? value.map(typed) : value
}

/** The most characters of a path; the name of a layer has at most 200. Its beginnings together are as long as its square. */
const longestPath = 1000

/** The place to which a path leads. @param text the value as written, and `assignment` the whole, for errors */
function slotAt(experiment: unknown, path: string, text: string, assignment: string): Slot {
  if (path.length > longestPath) {
    const message = `${shortened(assignment)}: the path has ${path.length} characters; expected at most ${longestPath}`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const keys = path.split('.')
  let target = experiment
  for (let done = 0; ;) {
    const lost = () => {
      if (target === null) isNull(keys.slice(0, done), keys.slice(done), text, assignment)
      return leadsNowhere(target, keys.slice(done), keys.slice(0, done), assignment)
    }
    const slot = slotIn(target, keys.slice(done)) ?? lost()
    if (done + slot.keys === keys.length) return slot
    if (!Object.hasOwn(slot.container, slot.key)) lost()
    target = slot.container[slot.key]
    done += slot.keys
  }
}

type Container = Record<string, unknown>

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}

/** The place of a value, and the number of keys that lead to it from the container before. */
interface Slot {
  container: Container
  key: string
  keys: number
}

/** The place of the first key in an object, whether it has a value or not, or of an element of a list, by name or index. */
function slotIn(target: unknown, keys: readonly string[]): Slot | undefined {
  const [key = ''] = keys
  if (!isContainer(target) || key === '__proto__') return undefined
  if (!Array.isArray(target)) return { container: target, key, keys: 1 }
  if (/^\d+$/.test(key) && Object.hasOwn(target, key)) return { container: target, key, keys: 1 }
  // A layer's name may contain dots and begin with another layer's name: the longest name counts.
  const elements = new Map(namedIn(target))
  for (let length = keys.length; length > 0; length--) {
    const element = elements.get(keys.slice(0, length).join('.'))
    if (element) return { ...element, keys: length }
  }
  return undefined
}

/** The named elements of a list, those inside residual layers included. */
function* namedIn(list: readonly unknown[]): Generator<[name: string, place: Omit<Slot, 'keys'>]> {
  for (const [index, element] of list.entries()) {
    if (!isContainer(element)) continue
    if (typeof element['name'] === 'string') yield [element['name'], { container: list as never, key: String(index) }]
    for (const branch of [element['layers'], element['shortcut']]) if (Array.isArray(branch)) yield* namedIn(branch)
  }
}

function leadsNowhere(target: unknown, keys: readonly string[], parents: readonly string[], assignment: string): never {
  const place = parents.length === 0 ? 'an experiment' : parents.join('.')
  const known = knownIn(target)
  // The path does not tell where a name ends; the longest beginning that resembles a name is shown.
  const beginnings = keys.map((_, i) => keys.slice(0, keys.length - i).join('.'))
  const parts = (name: string) => name.split('.').length
  const meant = beginnings.find((beginning) => {
    const alike = known.filter((name) => parts(name) === parts(beginning))
    return nearest(beginning, alike) !== undefined
  })
  const wrong = meant ?? keys[0]!
  const message = `${shortened(assignment)}: ${shortened(place)} has no ${JSON.stringify(shortened(wrong))}${suggestion(wrong, known)}`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

/** Refuses a path into a value that is null, such as validation by default: it must be set as a whole. */
function isNull(place: readonly string[], keys: readonly string[], text: string, assignment: string): never {
  const path = place.join('.')
  const type = typeWith(path, keys[0]!)
  const inner = keys.slice(1).reduceRight((value, key) => `{${key}: ${value}}`, text)
  const whole = `{${type === undefined ? '' : `type: ${type}, `}${keys[0]!}: ${inner}}`
  const message = `${shortened(assignment)}: ${shortened(path)} is null; set all of it, as in ${shortened(`${path}=${whole}`)}`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

/** The first type of a part that has a key, such as clipNorm, which has the `max` of gradientClipping; undefined for a part without types. */
function typeWith(part: string, key: string): string | undefined {
  const { shape } = experimentSchema
  let schema: unknown = Object.hasOwn(shape, part) ? shape[part as keyof typeof shape] : undefined
  while (schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) schema = schema.unwrap()
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return undefined
  for (const option of schema.options) {
    if (!(option instanceof z.ZodObject) || !Object.hasOwn(option.shape, key)) continue
    const { type } = option.shape as { type?: unknown }
    if (type instanceof z.ZodLiteral) return String(type.value)
  }
  return undefined
}

/** The names in a list, or the keys of an object; of a residual layer also the names inside it, without its own name in front. */
function knownIn(target: unknown): string[] {
  if (Array.isArray(target)) return [...namedIn(target)].map(([name]) => name)
  if (!isContainer(target)) return []
  const prefix = `${String(target['name'])}.`
  const inside = [...namedIn([target])].filter(([name]) => name.startsWith(prefix))
  return [...Object.keys(target), ...inside.map(([name]) => name.slice(prefix.length))]
}

const shortened = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text)

/**
 * The value of a text: YAML, in which powers such as `3^-3` are numbers.
 *
 * @param assignment the whole, for errors
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export async function valueOf(text: string, assignment: string): Promise<unknown> {
  const value = await parsedValue(text, assignment)
  // YAML takes nothing, and a comment alone, for null: a variable without a value would set null.
  if (value !== null || /^\s*(null|~)\s*$/i.test(text)) return value
  const message = `${shortened(assignment)}: the value is empty; expected a value, such as null`
  throw new LayerRotationError('INVALID_CONFIG', message)
}

async function parsedValue(text: string, assignment: string): Promise<unknown> {
  try {
    return withPowers(await parseYaml(text))
  } catch (cause) {
    if (!(cause instanceof YamlError)) throw cause
    const message = `${shortened(assignment)}: the value is not YAML: ${cause.problem}`
    throw new LayerRotationError('INVALID_CONFIG', message, { cause })
  }
}
