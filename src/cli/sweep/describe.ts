import { styleText } from 'node:util'
import { bytes, cosineDistance, count, decimals, duration, percent } from '../../numbers.js'
import { printable } from '../../printable.js'
import { LayerRotationError } from '../../errors.js'
import type { Ledger, LedgerPoint } from '../../study/ledger.js'
import { pointState } from '../../study/point-state.js'
import type { StudyConfig } from '../../study/study-config.js'
import { axisTitle, pointText, valueText } from '../../study/value-text.js'
import type { PointProgress } from '../../sweep/messages.js'
import type { SweepPlan } from '../../sweep/plan.js'
import type { SlurmTask } from '../../sweep/slurm/tasks.js'
import { clickablePath } from '../terminal/path.js'
import { table } from '../terminal/table.js'
import type { SweepState } from './sweep-state.js'

/** Describes a study before its sweep. */
export function describeStudy({ name, axes, points }: Pick<StudyConfig, 'name' | 'axes' | 'points'>): string {
  const values = axes.map((axis) => {
    const different = new Set(points.map((point) => JSON.stringify(point.values[axis])))
    return `${different.size} × ${printable(axisTitle(axis))}`
  })
  return `${styleText('bold', name)}  ${[count(points.length, 'point'), ...values].join(', ')}`
}

/** The plan of a sweep in lines. */
export function describePlan(plan: SweepPlan): string[] {
  const { points, toTrain, jobs, threads, secondsPerEpoch, seconds, freeBytes } = plan
  const states = [
    points.finished > 0 && `${points.finished} finished`,
    points.interrupted > 0 && `${points.interrupted} interrupted`,
    points.failed > 0 && `${points.failed} failed`,
    points.running > 0 && `${points.running} being trained by another process`,
    points.unreadable > 0 && `${points.unreadable} unreadable`,
    points.new > 0 && `${points.new} new`,
  ].filter((part) => part !== false)
  const processes = jobs === 1 ? 'one after another' : `${jobs} at once, with ${count(threads ?? 1, 'thread')} each`
  const time =
    secondsPerEpoch === null
      ? 'time unknown'
      : `${count(plan.epochs, 'epoch')} of ${duration(secondsPerEpoch)}, about ${duration(seconds ?? Number.NaN)}`
  const lacks = plan.bytes > freeBytes
  const disk = `disk      ${bytes(plan.bytes)} of ${bytes(freeBytes)} that are free`
  return [
    `folder    ${clickablePath(plan.folder)}`,
    `points    ${states.join(', ')}`,
    ...(toTrain === 0
      ? []
      : [`plan      ${count(toTrain, 'run')}, ${processes}: ${time}`, lacks ? styleText('yellow', disk) : disk]),
  ]
}

/** The line that a point leaves when it has been trained. */
export function describeTrained(point: LedgerPoint, progress: PointProgress | undefined, seconds: number): string {
  return [
    `${styleText('green', '✓')} ${printable(pointText(point.values))}`,
    ...scores(progress),
    duration(seconds),
  ].join('  ')
}

/** The line that a point leaves when it has failed. @param reason undefined if it is that of an earlier point */
export function describeFailed(point: LedgerPoint, reason: string | undefined): string {
  return `${styleText('red', '✗')} ${printable(pointText(point.values))}  ${reason === undefined ? 'the same' : inOneLine(reason)}`
}

/** The most characters of a reason. */
const longestReason = 400

/** A reason of several lines in one. */
function inOneLine(reason: string): string {
  const line = printable(reason.replace(/\s*\n\s*/g, ' '))
  return line.length > longestReason ? `${line.slice(0, longestReason)}…` : line
}

/** The present state of a sweep: a line on all points, and one for each that is trained. */
export function describeState(state: SweepState): string[] {
  const pace = state.pace()
  const parts = [
    `${state.finished + state.failed} of ${count(state.total, 'point')}`,
    state.failed > 0 && `${state.failed} failed`,
    state.elsewhere.size > 0 && `${state.elsewhere.size} elsewhere`,
    pace !== undefined && `${paceText(pace)}`,
  ].filter((part) => part !== false)
  const running = [...state.running.values()].map(({ point, progress }) =>
    [printable(pointText(point.values)), ...epochText(progress), ...scores(progress)].join('  '),
  )
  return [parts.join(' · '), ...running]
}

const paceText = (pointsPerHour: number): string =>
  pointsPerHour > 120 ? `${decimals(pointsPerHour / 60, 1)} points/min` : `${decimals(pointsPerHour, 1)} points/h`

function epochText(progress: PointProgress | undefined): string[] {
  if (progress === undefined) return []
  return [`epoch ${Math.min(progress.epochs, Math.floor(progress.epoch) + 1)}/${progress.epochs}`]
}

function scores(progress: PointProgress | undefined): string[] {
  const { testAccuracy, rotation } = progress ?? {}
  return [
    testAccuracy === null || testAccuracy === undefined ? undefined : `test ${percent(testAccuracy)}`,
    rotation === null || rotation === undefined ? undefined : `rotation ${cosineDistance(rotation)}`,
  ].filter((part) => part !== undefined)
}

/**
 * A table of points, with the state of each and its progress, and below it why some failed or cannot be read.
 *
 * @param tasks Slurm's tasks by the names of the points' folders
 */
export async function describePoints(
  { axes, points }: Pick<Ledger, 'axes' | 'points'>,
  folder: string,
  tasks: ReadonlyMap<string, SlurmTask> = new Map(),
): Promise<string[]> {
  const rows: string[][] = []
  const reasons: string[] = []
  for (const point of points) {
    const values = axes.map((axis) => printable(valueText(axis, point.values[axis] ?? null)))
    const task = tasks.size > 0 ? [taskText(tasks.get(point.folder))] : []
    const { state, epochs, reason } = await stateOf(point, folder)
    rows.push([...values, state, epochs, ...task, point.folder])
    if (reason !== undefined) reasons.push(`${styleText('red', '✗')} ${point.folder}  ${inOneLine(reason)}`)
  }
  const slurm = tasks.size > 0 ? ['slurm'] : []
  const columns = [...axes.map((axis) => printable(axisTitle(axis))), 'state', 'epochs', ...slurm, 'folder']
  const lines = table(
    columns.map((title) => ({ title })),
    rows,
  )
  return reasons.length === 0 ? lines : [...lines, '', ...reasons]
}

/** A task of Slurm while it is queued: `17_3 PENDING (Priority)`. */
function taskText(task: SlurmTask | undefined): string {
  if (task?.state === undefined) return ''
  const reason = task.reason === undefined || task.reason === '' ? '' : ` (${task.reason})`
  return printable(`${task.id} ${task.state}${reason}`)
}

/** A point's state and epochs for the table; the reason if it failed or cannot be read. */
async function stateOf(
  point: LedgerPoint,
  study: string,
): Promise<{ state: string; epochs: string; reason?: string | undefined }> {
  const colours = { new: 'dim', running: 'cyan', interrupted: 'yellow', failed: 'red', finished: 'green' } as const
  try {
    const found = await pointState(study, point)
    const state = styleText(colours[found.state], found.state)
    if (found.state === 'new') return { state, epochs: '' }
    const { epoch, reason } = found.head.status
    const epochs = `${decimals(epoch, 0)}/${point.experiment.epochs}`
    return { state, epochs, ...(found.state === 'failed' && { reason }) }
  } catch (error) {
    if (!(error instanceof LayerRotationError)) throw error
    return { state: styleText('red', 'unreadable'), epochs: '', reason: error.message }
  }
}
