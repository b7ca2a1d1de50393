import type { z } from 'zod'
import { LayerRotationError, type ErrorCode } from '../errors.js'
import { nearest } from './nearest.js'

/**
 * Checks `value` against `schema` and fills in its defaults.
 *
 * @param subject the beginning of the message: `experiment "mnist-layca"`, `sgd`, a file
 * @throws {LayerRotationError} one line for each problem: path, value found, what was expected
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  subject: string,
  code: ErrorCode = 'INVALID_CONFIG',
): z.output<Schema> {
  const proto = pathOfProto(value)
  if (proto !== undefined) {
    const place = proto === '' ? '' : `${proto}: `
    throw new LayerRotationError(code, `${subject}: ${place}"__proto__" cannot be a key; expected another name`)
  }
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  const lines = described(result.error.issues)
  const message = lines.length === 1 ? `${subject}: ${lines[0]!}` : [`${subject}:`, ...lines].join('\n  ')
  throw new LayerRotationError(code, message)
}

/** The path of the first object that has a key `__proto__`, which zod would leave out without a word. */
function pathOfProto(value: unknown): string | undefined {
  const open: { value: unknown; path: string }[] = [{ value, path: '' }]
  const seen = new Set<object>()
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) continue
    seen.add(value)
    if (Object.hasOwn(value, '__proto__')) return path
    const push = (inner: unknown, key: string | number) => {
      if (typeof inner === 'object') open.push({ value: inner, path: path === '' ? `${key}` : `${path}.${key}` })
    }
    if (Array.isArray(value)) value.forEach(push)
    else for (const [key, inner] of Object.entries(value)) push(inner, key)
  }
  return undefined
}

/** Limits that keep a message readable whatever a file holds. */
const [mostProblems, longestProblem] = [20, 500]

function described(issues: readonly z.core.$ZodIssue[]): string[] {
  const lines = issues.slice(0, mostProblems).map((issue) => {
    const line = describeIssue(issue)
    return line.length > longestProblem ? `${line.slice(0, longestProblem)}…` : line
  })
  if (issues.length > mostProblems) lines.push(`and ${issues.length - mostProblems} more`)
  return lines
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.')
  const isWhole = issue.code === 'unrecognized_keys' || issue.code === 'custom'
  if (isWhole) return path ? `${path}: ${issue.message}` : issue.message
  const found = foundValue(issue)
  const subject = path || 'the value'
  if (found === undefined) return `${subject} is missing; expected ${expectation(issue)}`
  return `${subject} is ${show(found)}; expected ${expectation(issue)}${nearOption(issue, found)}`
}

/** The wrong value. zod reports the whole object for a union without a match, but the discriminator is wrong. */
function foundValue(issue: z.core.$ZodIssue): unknown {
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    return (issue.input as Record<string, unknown>)[issue.discriminator]
  }
  return issue.input
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return typeNames[issue.expected] ?? `a ${issue.expected}`
  if (issue.code === 'too_small') return atLeast(issue.origin, issue.minimum, issue.inclusive ?? true)
  if (issue.code === 'too_big') return issue.inclusive ? `at most ${issue.maximum}` : `a number below ${issue.maximum}`
  const choices = options(issue)
  return choices.length > 0 ? oneOf(choices) : issue.message
}

function atLeast(origin: string, minimum: number | bigint, inclusive: boolean): string {
  if (origin === 'string') return 'a text that is not empty'
  if (origin === 'array') return `a list of at least ${minimum}`
  return inclusive ? `at least ${minimum}` : `a number above ${minimum}`
}

const typeNames: Record<string, string> = {
  number: 'a finite number',
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object with named values',
}

function options(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  if (issue.code === 'invalid_union' && 'options' in issue && issue.options) return issue.options.map(String)
  return []
}

function nearOption(issue: z.core.$ZodIssue, found: unknown): string {
  const near = typeof found === 'string' ? nearest(found, options(issue)) : undefined
  return near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`
}

function oneOf(choices: readonly string[]): string {
  return choices.length === 1 ? JSON.stringify(choices[0]) : `one of ${choices.join(', ')}`
}

/** A value as it would be written, shortened. */
function show(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : json(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** JSON of a value; a value that JSON cannot hold or that nests too deep is only named. */
function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value
  } catch {
    return Array.isArray(value) ? '[…]' : typeof value === 'object' ? '{…}' : typeof value
  }
}
