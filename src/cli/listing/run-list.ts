import { styleText } from 'node:util'
import { cosineDistance, count, percentOf } from '../../numbers.js'
import { printable } from '../../printable.js'
import type { RunSummary } from '../../run/list-runs.js'
import { shortPath } from '../terminal/path.js'
import { table } from '../terminal/table.js'

/** Describes runs, one per line; below them the reasons of those that did not finish. */
export function runList(runs: readonly RunSummary[]): string[] {
  const hasTags = runs.some(({ tags }) => tags.length > 0)
  const rows = table(
    [
      { title: 'run' },
      { title: 'state' },
      { title: 'epochs', align: 'right' },
      { title: 'test (%)', align: 'right' },
      { title: 'rotation', align: 'right' },
      { title: 'started' },
      ...(hasTags ? [{ title: 'tags' }] : []),
    ],
    runs.map(({ folder, state, epoch, epochs, testAccuracy, rotation, startedAt, tags }) => [
      shortPath(folder),
      styleText(colours[state], state),
      epochsText(epoch, epochs),
      percentOf(testAccuracy),
      cosineDistance(rotation),
      startedAt === null ? '–' : localTime(startedAt),
      ...(hasTags ? [printable(tags.join(', '))] : []),
    ]),
  )
  const reasons = runs.flatMap(({ folder, state, reason }) =>
    reason === undefined || state === 'finished' ? [] : [`${shortPath(folder)}: ${printable(reason)}`],
  )
  return reasons.length === 0 ? rows : [...rows, '', ...reasons]
}

const colours = {
  running: 'cyan',
  finished: 'green',
  interrupted: 'yellow',
  failed: 'red',
  unreadable: 'red',
} as const satisfies Record<RunSummary['state'], string>

function epochsText(epoch: number | null, epochs: number | null): string {
  if (epoch === null) return '–'
  return epochs === null ? count(epoch) : `${count(epoch)}/${count(epochs)}`
}

/** A time on this machine's clock: `2026-11-30 17:22`. */
function localTime(iso: string): string {
  const time = new Date(iso)
  // Swedish writes dates and times as ISO 8601 does.
  return Number.isNaN(time.getTime()) ? printable(iso) : time.toLocaleString('sv-SE').slice(0, 16)
}
