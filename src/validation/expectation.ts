import type { z } from 'zod'
import { listed } from './nearest.js'

/** The words for what a schema expected instead of a value, where the schema has none of its own. */
export function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') return typeText(issue)
  if (issue.code === 'too_small') return atLeast(issue.origin, issue.minimum, issue.inclusive ?? true)
  if (issue.code === 'too_big') return atMost(issue.origin, issue.maximum, issue.inclusive ?? true)
  const choices = options(issue)
  return choices.length > 0 ? oneOf(choices) : undefined
}

/** The values that were possible, if there are only so many. */
export function options(issue: z.core.$ZodRawIssue | z.core.$ZodIssue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) {
    return issue.options.map(String)
  }
  return []
}

function typeText({ expected, inst, input }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidType>): string {
  const { def } = (inst as z.core.$ZodTypes | undefined)?._zod ?? {}
  if (expected === 'number' && def !== undefined && 'format' in def && def.format === 'safeint')
    return typeNames['int']!
  if (def?.type === 'union' && 'discriminator' in def) {
    const types = typesOf(def as z.core.$ZodDiscriminatedUnionDef)
    return typeof input === 'string' && types.includes(input) ? typed(input) : `an object with a type, ${oneOf(types)}`
  }
  if (def?.type === 'object') return objectText(def, input)
  return typeNames[expected] ?? `a ${expected}`
}

const typed = (type: string): string => `an object: { type: ${type} }`

/** The types of a union of objects that are told apart by their type. */
function typesOf({ options, discriminator }: z.core.$ZodDiscriminatedUnionDef): string[] {
  return options.flatMap((option) => Array.from(option._zod.propValues?.[discriminator] ?? [], String))
}

/** An object by the keys that it must have, or else by those that it may have. @param input what stands in its place */
function objectText({ shape }: z.core.$ZodObjectDef, input: unknown): string {
  const keys = Object.entries(shape)
  const required = keys.filter(([, { _zod }]) => _zod.optin === undefined).map(([key]) => key)
  if (required.join() === 'type' && typeof input === 'string' && /^\w+$/.test(input)) return typed(input)
  if (required.length > 0) return `an object with ${listed(required)}`
  return keys.length > 0 ? `an object with any of ${listed(keys.map(([key]) => key))}` : typeNames['object']!
}

function atLeast(origin: string, minimum: number | bigint, inclusive: boolean): string {
  if (origin === 'string') return 'a text that is not empty'
  if (origin === 'array') return `a list of at least ${minimum}`
  return inclusive ? `at least ${minimum}` : `a number above ${minimum}`
}

function atMost(origin: string, maximum: number | bigint, inclusive: boolean): string {
  if (origin === 'array') return `a list of at most ${maximum}`
  return inclusive ? `at most ${maximum}` : `a number below ${maximum}`
}

const typeNames: Record<string, string> = {
  number: 'a finite number',
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object with named values',
  record: 'an object with named values',
  nonoptional: 'a value',
}

const oneOf = (choices: readonly string[]): string =>
  choices.length === 1 ? JSON.stringify(choices[0]) : `one of ${listed(choices)}`
