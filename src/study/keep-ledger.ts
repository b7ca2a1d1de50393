import { resolve } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { changes, type Change } from '../experiment/changes.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { setAt, valueAt } from '../experiment/overrides.js'
import { makeFolder } from '../files/make-folder.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { withLock, type LockWait } from '../lock/with-lock.js'
import { configDigest } from './digest.js'
import { readLedger, studyLayout, writeLedger, type Ledger, type LedgerPoint } from './ledger.js'
import { pointFolder } from './point-folder.js'
import type { AxisValue, PointValues, StudyConfig } from './study-config.js'
import { pointText } from './value-text.js'

export interface KeepOptions extends LockWait {
  /** Takes the study as it is now although the folder has it with another base; points of that base leave the ledger. */
  acceptChanges?: boolean | undefined
}

/**
 * Enters a study into the ledger of its folder, which is made if it is missing: points that the ledger has keep their runs,
 * others are added, and none is removed.
 *
 * @param folder the study's folder
 * @returns the points of the study, in its order
 * @throws {LayerRotationError} INVALID_CONFIG if the folder belongs to another study, or the base has changed;
 *   INVALID_FILE, READ_FAILED, WRITE_FAILED; INTERRUPTED while another process changes the ledger
 */
export async function keepLedger(
  study: StudyConfig,
  folder: string,
  { acceptChanges = false, ...wait }: KeepOptions = {},
): Promise<LedgerPoint[]> {
  await makeFolder(folder)
  return withLock(resolve(folder, studyLayout.lock), wait, async () => {
    const before = await ledgerIfPresent(folder)
    const { ledger, points } = merged(before, study, folder, acceptChanges)
    await writeLedger(folder, ledger)
    return points
  })
}

/** Tells what `keepLedger` would return, and changes nothing. */
export async function plannedPoints(
  study: StudyConfig,
  folder: string,
  { acceptChanges = false }: Pick<KeepOptions, 'acceptChanges'> = {},
): Promise<LedgerPoint[]> {
  return merged(await ledgerIfPresent(folder), study, folder, acceptChanges).points
}

async function ledgerIfPresent(folder: string): Promise<Ledger | undefined> {
  if ((await statIfPresent(folder)) === undefined) return undefined
  const file = resolve(folder, studyLayout.ledger)
  return (await statIfPresent(file)) === undefined ? undefined : readLedger(folder)
}

interface Merged {
  ledger: Ledger
  points: LedgerPoint[]
}

function merged(before: Ledger | undefined, study: StudyConfig, folder: string, acceptChanges: boolean): Merged {
  const { name, base } = study
  if (before !== undefined && before.name !== name) {
    const message = `${folder} holds the study ${before.name}; expected ${name}: choose another folder`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const found = before === undefined ? [] : changedSince(before, study)
  if (found.length > 0 && !acceptChanges) throw hasChanged(folder, found)
  const kept = found.length > 0 ? [] : (before?.points ?? [])
  const axes = [...new Set([...(before?.axes ?? []), ...study.axes])]
  const complete = (point: { values: PointValues; experiment: ExperimentConfig }): PointValues =>
    base === null ? point.values : valuesOn(axes, point)
  const known = new Map(before?.points.map((point) => [configDigest(point.experiment), point]))
  const points = study.points.map((point) => {
    const run = known.get(configDigest(point.experiment))
    return { ...point, values: complete(point), folder: run?.folder ?? pointFolder(point) }
  })
  const given = new Set(points.map((point) => point.folder))
  const others = kept.filter((point) => !given.has(point.folder))
  const all = [...others.map((point) => ({ ...point, values: complete(point) })), ...points]
  return { ledger: { name, base, axes, points: all }, points }
}

/** The values of a point on all axes: those that it does not name are those of its experiment. */
function valuesOn(
  axes: readonly string[],
  { values, experiment }: { values: PointValues; experiment: ExperimentConfig },
): PointValues {
  const entries = axes.map((axis) => [
    axis,
    values[axis] ?? (valueAt(experiment, axis) as AxisValue | undefined) ?? null,
  ])
  return Object.fromEntries(entries) as PointValues
}

interface StudyChange extends Change {
  /** The point to which it belongs; empty for the base. */
  point: string
}

/** The differences between a study and its ledger, other than points that were added. */
function changedSince(before: Ledger, study: StudyConfig): StudyChange[] {
  if (before.base !== null && study.base !== null) {
    const now = structuredClone(study.base)
    for (const axis of new Set([...before.axes, ...study.axes])) copyValue(before.base, now, axis)
    return changes(before.base, now).map((change) => ({ ...change, point: '' }))
  }
  const texts = new Map(before.points.map((point) => [keyOf(point.values), point]))
  return study.points.flatMap(({ values, experiment }) => {
    const same = texts.get(keyOf(values))
    const found = same === undefined ? [] : changes(same.experiment, experiment)
    return found.map((change) => ({ ...change, point: pointText(values) }))
  })
}

/** Sets a value of `to` to that of `from`, if both have one. */
function copyValue(from: ExperimentConfig, to: ExperimentConfig, path: string): void {
  const value = valueAt(from, path)
  if (value !== undefined && valueAt(to, path) !== undefined) setAt(to, path, value)
}

const keyOf = (values: PointValues): string =>
  JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))

/** The most changes that a message lists. */
const listed = 10

function hasChanged(folder: string, found: readonly StudyChange[]): LayerRotationError {
  const lines = found.slice(0, listed).map(({ point, path, from, to }) => {
    const place = point === '' ? path : `${point}: ${path}`
    return `${place} was ${from} and is ${to}`
  })
  if (found.length > listed) lines.push(`and ${found.length - listed} more`)
  const advice =
    'to keep both, make it an axis or choose another --name; to begin anew with this one: --accept config (the runs stay, and leave the study)'
  const message = [`${folder} holds this study with another base:`, ...lines, advice].join('\n  ')
  return new LayerRotationError('INVALID_CONFIG', message)
}
