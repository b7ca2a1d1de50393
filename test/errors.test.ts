import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

/** The members of the union ErrorCode. */
const codes = [...read('../src/errors.ts').matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map(([, code]) => code!)

/** docs/errors.md: what stands below the heading of each code. */
const sections = new Map(
  read('../docs/errors.md')
    .split(/^# /m)[1]!
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
)

test('docs/errors.md lists every code, in their order, and no other', () => {
  expect(codes.length).toBeGreaterThan(10)
  expect([...sections.keys()]).toEqual(codes)
})

describe('the section gives', () => {
  test.each(codes)('cause and cure of %s', (code) => {
    expect(sections.get(code)).toMatch(/\*\*Cause\*\*: [^]{20,}\*\*Cure\*\*: [^]{20,}/)
  })
})
