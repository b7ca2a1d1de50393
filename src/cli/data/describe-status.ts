import { styleText } from 'node:util'
import type { SetStatus } from '../../data/catalog/set-status.js'
import { bytes as bytesText, count } from '../../numbers.js'
import { clickablePath } from '../terminal/path.js'

const nameColumns = 13

const marks: Record<SetStatus['state'], () => string> = {
  there: () => styleText('green', '✓'),
  missing: () => styleText('dim', '–'),
  damaged: () => styleText('red', '✗'),
  unreadable: () => styleText('red', '✗'),
}

/** Describes the data sets in lines: the place of each, or how to get it. */
export function describeStatus(sets: readonly SetStatus[], folder: string): string[] {
  const lines = sets.flatMap((set) => [
    `${marks[set.state]()} ${styleText('bold', set.name.padEnd(nameColumns))} ${content(set)}`,
    `  ${' '.repeat(nameColumns)} ${state(set)}`,
  ])
  return [`data folder ${clickablePath(folder)}`, '', ...lines]
}

function content({ images, inputShape, classes }: SetStatus): string {
  const [train, test] = [images.train, images.test].map((number) => count(number))
  return `${train} + ${test} images, ${inputShape.join(' × ')}, ${classes} classes`
}

function state({ state, place, bytes, problem, get, downloads }: SetStatus): string {
  if (place !== null) return `${bytesText(bytes ?? 0)} in ${clickablePath(place)}`
  if (problem !== null && state !== 'missing') return problem
  const size = downloads.reduce((sum, download) => sum + download.bytes, 0)
  return downloads.length === 0 ? `not there; ${get}` : `not there; ${get} downloads ${bytesText(size)}`
}
