import { styleText } from 'node:util'
import type { Check } from './check.js'

const labelColumns = 21

const marks: Record<Check['state'], () => string> = {
  passed: () => styleText('green', '✓'),
  note: () => styleText('yellow', '–'),
  failed: () => styleText('red', '✗'),
}

/** A line for people, and below it what to do where something is to be done. */
export function describeCheck({ state, what, found, advice }: Check): string[] {
  const line = `${marks[state]()} ${styleText('bold', what.padEnd(labelColumns))} ${found}`
  return advice === null ? [line] : [line, `${' '.repeat(labelColumns + 3)}${styleText('dim', '→')} ${advice}`]
}

/** What comes of all of them. */
export function describeVerdict(checks: readonly Check[]): string {
  const failures = checks.filter(({ state }) => state === 'failed').length
  if (failures === 0) return styleText('green', 'This machine is ready.')
  return styleText('red', failures === 1 ? 'One thing is missing.' : `${failures} things are missing.`)
}
