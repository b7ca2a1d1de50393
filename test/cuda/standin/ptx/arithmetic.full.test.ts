import { execFileSync } from 'node:child_process'
import { beforeAll, expect, test } from 'vitest'
import { buildInterpreter, interpreterProgram } from './support/interpreter.js'

beforeAll(buildInterpreter, 600_000)

test('single instructions give what C++ gives, for extreme and random operands', () => {
  const lines = execFileSync(interpreterProgram('arithmetic'), { encoding: 'utf8' }).trim().split('\n')
  expect(lines.filter((line) => !line.endsWith(': ok'))).toEqual([])
  expect(lines.length).toBeGreaterThan(300)
})
