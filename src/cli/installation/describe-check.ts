import { styleText } from 'node:util'
import type { Check } from './check.js'

const labelColumns = 21

const marks: Record<Check['state'], () => string> = {
  passed: () => styleText('green', '✓'),
  note: () => styleText('yellow', '–'),
  failed: () => styleText('red', '✗'),
}

/** Describes a check in a line, with its advice in a second one. */
export function describeCheck({ state, what, found, advice }: Check): string[] {
  const line = `${marks[state]()} ${styleText('bold', what.padEnd(labelColumns))} ${found}`
  return advice === null ? [line] : [line, `${' '.repeat(labelColumns + 3)}${styleText('dim', '→')} ${advice}`]
}

/** Sums the checks up. */
export function describeVerdict(checks: readonly Check[]): string {
  const failures = checks.filter(({ state }) => state === 'failed').length
  if (failures === 0) return styleText('green', 'This machine is ready.')
  return styleText('red', failures === 1 ? 'One check failed.' : `${failures} checks failed.`)
}
