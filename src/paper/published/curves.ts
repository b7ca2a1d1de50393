import { fileURLToPath } from 'node:url'
import { LayerRotationError } from '../../errors.js'
import { readText } from '../../files/read-text.js'
import { reading } from '../../files/reading.js'
import { parseCell, requireWithin, splitCsv, type CellRange } from '../../rotation/csv.js'
import { gridTasks, type GridTask } from '../task-names.js'

/** A training with Layca on plain SGD, of which there is one run. */
export interface PublishedRun {
  task: GridTask
  /** The strength of the layers' multipliers. */
  alpha: number
  /** The learning rate of the first epoch, ρ(0). */
  rho: number
}

/** The training loss of a run after each of its epochs. */
export interface LossCurve extends PublishedRun {
  /** Means over the epoch, by epochs done: from 1 to the end of the run, which the authors' rules may have stopped. */
  points: { epoch: number; loss: number }[]
}

export interface AccuracyPoint extends PublishedRun {
  /** Test accuracy in percent. */
  testAccuracy: number
}

const asset = (name: string) => fileURLToPath(new URL(`../../../assets/paper/${name}`, import.meta.url))

let losses: Promise<LossCurve[]> | undefined
let accuracies: Promise<AccuracyPoint[]> | undefined

/**
 * Reads the 48 curves of training_speed.eps: training losses of Layca, to 2e-5. The file is read once.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED if the package is incomplete
 */
export function publishedLosses(): Promise<readonly LossCurve[]> {
  losses ??= read('training-loss.csv', parseLosses)
  return losses
}

/**
 * Reads the 57 points of exploration_accuracies.eps: test accuracies of Layca, exact. The file is read once.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED if the package is incomplete
 */
export function publishedAccuracies(): Promise<readonly AccuracyPoint[]> {
  accuracies ??= read('test-accuracy.csv', parseAccuracies)
  return accuracies
}

async function read<Result>(name: string, parse: (text: string, file: string) => Result): Promise<Result> {
  const file = asset(name)
  return parse(await reading(file, () => readText(file), 'a complete package; install it again'), file)
}

const runColumns = ['task', 'alpha', 'log3_rho']

const ranges: Readonly<Record<string, CellRange>> = {
  alpha: { low: -0.8, high: 0.8 },
  log3_rho: { low: -7, high: 0 },
  test_accuracy: { low: 0, high: 1 },
  epoch: { low: 1, high: 1000 },
  train_loss: { low: 0, high: 100 },
}

/** @throws {LayerRotationError} INVALID_FILE, naming file and line */
export function parseLosses(text: string, file: string): LossCurve[] {
  const curves: LossCurve[] = []
  for (const { where, run, values } of rowsOf(text, file, ['epoch', 'train_loss'])) {
    const [epoch, loss] = values as [number, number]
    const last = curves.at(-1)
    if (last && isSame(last, run)) {
      requireEpoch(epoch, last.points.length + 1, where)
      last.points.push({ epoch, loss })
    } else {
      requireNew(run, curves, where)
      requireEpoch(epoch, 1, where)
      curves.push({ ...run, points: [{ epoch, loss }] })
    }
  }
  return curves
}

/** @throws {LayerRotationError} INVALID_FILE, naming file and line */
export function parseAccuracies(text: string, file: string): AccuracyPoint[] {
  const points: AccuracyPoint[] = []
  for (const { where, run, values } of rowsOf(text, file, ['test_accuracy'])) {
    requireNew(run, points, where)
    // Two decimals remove the rounding error of the product: there are 10,000 test images.
    points.push({ ...run, testAccuracy: Number((values[0]! * 100).toFixed(2)) })
  }
  return points
}

interface Row {
  where: string
  run: PublishedRun
  values: number[]
}

function* rowsOf(text: string, file: string, valueColumns: readonly string[]): Generator<Row> {
  const expected = [...runColumns, ...valueColumns]
  const { columns, rows } = splitCsv(text, file)
  if (columns.join() !== expected.join()) {
    const message = `${file}:1: the columns are ${columns.join(',').slice(0, 1000)}; expected ${expected.join(',')}`
    throw new LayerRotationError('INVALID_FILE', message)
  }
  for (const { where, cells } of rows) {
    const [alpha, exponent, ...values] = expected.slice(1).map((column, i) => {
      const value = parseCell(cells[i + 1]!, where, column) ?? NaN
      requireWithin(value, ranges[column]!, where, column)
      return value
    }) as [number, number, ...number[]]
    yield { where, run: { task: taskIn(cells[0]!, where), alpha, rho: 3 ** exponent }, values }
  }
}

function taskIn(cell: string, where: string): GridTask {
  const task = gridTasks.find((name) => name === cell)
  if (task !== undefined) return task
  const found = JSON.stringify(cell.slice(0, 100))
  throw new LayerRotationError(
    'INVALID_FILE',
    `${where}: column task: found ${found}; expected ${gridTasks.join(', ')}`,
  )
}

const isSame = (a: PublishedRun, b: PublishedRun): boolean =>
  a.task === b.task && a.alpha === b.alpha && a.rho === b.rho

function requireNew(run: PublishedRun, before: readonly PublishedRun[], where: string): void {
  if (!before.some((other) => isSame(other, run))) return
  const message = `${where}: the run of ${run.task} with alpha ${run.alpha} and rho ${run.rho} is there twice; expected it once`
  throw new LayerRotationError('INVALID_FILE', message)
}

function requireEpoch(found: number, expected: number, where: string): void {
  if (found === expected) return
  throw new LayerRotationError('INVALID_FILE', `${where}: column epoch: found ${found}; expected ${expected}`)
}
