import type { z } from 'zod'
import { LayerRotationError, type ErrorCode } from '../errors.js'
import { expectation, options } from './expectation.js'
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
  const result = schema.safeParse(value, { reportInput: true, error: expectation })
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

/** The most problems whose number a message gives: none has to be found beyond them. */
export const mostCounted = 1000

function described(issues: readonly z.core.$ZodIssue[]): string[] {
  const lines = issues.slice(0, mostProblems).map((issue) => {
    const line = describeIssue(issue)
    return line.length > longestProblem ? `${line.slice(0, longestProblem)}…` : line
  })
  if (issues.length >= mostCounted) lines.push('and many more')
  else if (issues.length > mostProblems) lines.push(`and ${issues.length - mostProblems} more`)
  return lines
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.') // a symbol does not join
  const isWhole = issue.code === 'unrecognized_keys' || issue.code === 'custom'
  if (isWhole) return path ? `${path}: ${issue.message}` : issue.message
  const found = foundValue(issue)
  const subject = path || 'the value'
  if (found === undefined) return `${subject} is missing; expected ${issue.message}`
  return `${subject} is ${show(found)}; expected ${issue.message}${nearOption(issue, found)}`
}

/** The wrong value. zod reports the whole object for a union without a match, but the discriminator is wrong. */
function foundValue(issue: z.core.$ZodIssue): unknown {
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    return (issue.input as Record<string, unknown>)[issue.discriminator]
  }
  return issue.input
}

function nearOption(issue: z.core.$ZodIssue, found: unknown): string {
  const near = typeof found === 'string' ? nearest(found, options(issue)) : undefined
  return near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`
}

/** A value as it would be written, shortened. */
export function show(value: unknown): string {
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
