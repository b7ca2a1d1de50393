import { styleText } from 'node:util'
import type { SetStatus } from '../../data/catalog/set-status.js'
import { megabytes } from '../format.js'
import { clickablePath } from '../terminal/path.js'

const nameColumns = 13

const marks: Record<SetStatus['state'], () => string> = {
  there: () => styleText('green', '✓'),
  missing: () => styleText('dim', '–'),
  damaged: () => styleText('red', '✗'),
}

/** Returns lines for people: the data sets that are there, with their places, and the commands that bring the others. */
export function describeStatus(sets: readonly SetStatus[], folder: string): string[] {
  const lines = sets.flatMap((set) => [
    `${marks[set.state]()} ${styleText('bold', set.name.padEnd(nameColumns))} ${content(set)}`,
    `  ${' '.repeat(nameColumns)} ${state(set)}`,
  ])
  return [`data folder ${clickablePath(folder)}`, '', ...lines]
}

function content({ images, inputShape, classes }: SetStatus): string {
  const [train, test] = [images.train, images.test].map((number) => number.toLocaleString('en'))
  return `${train} + ${test} images, ${inputShape.join(' × ')}, ${classes} classes`
}

function state({ state, place, bytes, problem, get, downloads }: SetStatus): string {
  if (place !== null) return `${megabytes(bytes ?? 0)} MB in ${clickablePath(place)}`
  if (state === 'damaged') return problem ?? 'damaged'
  const size = downloads.reduce((sum, download) => sum + download.bytes, 0)
  return downloads.length === 0 ? `not there; ${get}` : `not there; ${get} downloads ${megabytes(size)} MB`
}
