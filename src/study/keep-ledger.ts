import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LayerRotationError } from '../errors.js'
import { changes, type Change } from '../experiment/changes.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { setAt, valueAt } from '../experiment/overrides.js'
import { makeFolder } from '../files/make-folder.js'
import { reading } from '../files/reading.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { withLock, type LockWait } from '../lock/with-lock.js'
import { canonicalJson } from './canonical.js'
import { configDigest } from './digest.js'
import { readLedger, studyLayout, writeLedger, type Ledger, type LedgerPoint } from './ledger.js'
import { digestEnd, pointFolder } from './point-folder.js'
import type { AxisValue, PointValues, StudyConfig, StudyPoint } from './study-config.js'
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
    const { ledger, points } = merged(await foundIn(folder), study, folder, acceptChanges)
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
  return merged(await foundIn(folder), study, folder, acceptChanges).points
}

/** A folder before a study is entered. */
interface Found {
  ledger: Ledger | undefined
  /** The names in it; those of runs that have left the ledger are among them. */
  names: readonly string[]
}

async function foundIn(folder: string): Promise<Found> {
  if ((await statIfPresent(folder)) === undefined) return { ledger: undefined, names: [] }
  const names = await reading(folder, () => readdir(folder))
  return { ledger: names.includes(studyLayout.ledger) ? await readLedger(folder) : undefined, names: names.sort() }
}

interface Merged {
  ledger: Ledger
  points: LedgerPoint[]
}

function merged(found: Found, study: StudyConfig, folder: string, acceptChanges: boolean): Merged {
  const { name, base } = study
  const before = found.ledger
  if (before !== undefined && before.name !== name) {
    const message = `${folder} holds the study ${before.name}; expected ${name}: choose another folder`
    throw new LayerRotationError('INVALID_CONFIG', message)
  }
  const differences = before === undefined ? [] : changedSince(before, study)
  if (differences.length > 0 && !acceptChanges) throw hasChanged(folder, differences)
  const kept = differences.length > 0 ? [] : (before?.points ?? [])
  const axes = [...new Set([...(before?.axes ?? []), ...study.axes])]
  const written =
    base === null ? new Map<string, AxisValue>() : writtenValues([...(before?.points ?? []), ...study.points])
  const complete = (point: StudyPoint): PointValues => (base === null ? point.values : valuesOn(axes, point, written))
  const known = new Map(before?.points.map((point) => [configDigest(point.experiment), point]))
  // A run that has left the ledger, or whose ledger is lost, may be named by other values.
  const left = new Map(found.names.map((one) => [one.slice(one.lastIndexOf('_') + 1), one]))
  const points = study.points.map((point) => {
    const run = known.get(configDigest(point.experiment))?.folder ?? left.get(digestEnd(point.experiment))
    return { ...point, values: complete(point), folder: run ?? pointFolder(point) }
  })
  const given = new Set(points.map((point) => point.folder))
  const others = kept.filter((point) => !given.has(point.folder))
  const all = [...others.map((point) => ({ ...point, values: complete(point) })), ...points]
  return { ledger: { name, base, axes, points: all }, points }
}

/** The values on axes as they were first written, by what they are in an experiment. */
function writtenValues(points: readonly StudyPoint[]): Map<string, AxisValue> {
  const written = new Map<string, AxisValue>()
  for (const { values, experiment } of points) {
    for (const [axis, value] of Object.entries(values)) {
      const key = settingOf(experiment, axis)
      if (!written.has(key)) written.set(key, value)
    }
  }
  return written
}

const settingOf = (experiment: ExperimentConfig, axis: string): string =>
  `${axis} ${canonicalJson(valueAt(experiment, axis) ?? null)}`

/**
 * The values of a point on all axes: those that it does not name are those of its experiment. One value that is written in two
 * ways, once with a default and once without, has the first of them.
 */
function valuesOn(
  axes: readonly string[],
  { values, experiment }: StudyPoint,
  written: ReadonlyMap<string, AxisValue>,
): PointValues {
  const entries = axes.map((axis) => [
    axis,
    written.get(settingOf(experiment, axis)) ??
      values[axis] ??
      (valueAt(experiment, axis) as AxisValue | undefined) ??
      null,
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
