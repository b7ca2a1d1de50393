import type { EpochMetrics } from '../run/metrics.js'
import { openRun, type Run } from '../run/open-run.js'

/** A number of a run under a name such as `train_loss` or `rotation/conv0`. */
export type Named = readonly [name: string, value: number]

/** The numbers of one moment of a run. */
export interface Row {
  /** Steps done since the start of the run. */
  step: number
  /** Seconds since 1970. */
  time: number
  values: readonly Named[]
}

/**
 * A run's records as loggers send them: rows whose number only grows while the run trains. Only the last row of `metrics` may
 * get more values, behind those that it has.
 */
export interface LoggedRun {
  run: Run
  /** The rows of metrics.csv. */
  metrics: readonly Row[]
  /** Names of the columns of layers.csv; none before the first record. */
  columns: readonly string[]
  /** The number of records in layers.csv. */
  layerRows: number
  /** The records of layers.csv from an index on. */
  layersFrom(index: number): Generator<Row>
  /** The steps after which the run was resumed, in their order. */
  resumptions: readonly number[]
}

/** Reads a run for loggers. @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED */
export async function loggedRun(folder: string): Promise<LoggedRun> {
  const run = await openRun(folder)
  const layers = await run.layers()
  const metrics = metricRows(run)
  const columns = layers.columns.filter((name) => name !== 'epoch')
  const width = layers.layers.length
  const times = timesOf(metrics, startOf(run))
  function* layersFrom(index: number): Generator<Row> {
    for (let record = index; record < layers.steps.length; record++) {
      const step = layers.steps[record]!
      const values = columns.flatMap((name) => {
        const column = layers.column(name)
        return layers.layers.map((layer, i): Named => [`${name}/${layer}`, column[record * width + i]!])
      })
      yield { step, time: times(step), values }
    }
  }
  return { run, metrics, columns, layerRows: layers.steps.length, layersFrom, resumptions: resumptions(run) }
}

const startOf = ({ status }: Run): number => (Date.parse(status.startedAt) || 0) / 1000

function metricRows(run: Run): Row[] {
  if (run.config === undefined) return []
  const { stepsPerEpoch } = run.environment
  const means = run.rotation.mean()
  const rotation = new Map(run.rotation.epochs.map((epoch, i) => [epoch, means[i]!]))
  const scored = [...(run.initial ? [run.initial] : []), ...run.metrics]
  // The training writes a row of metrics.csv before that of rotation.csv.
  const whole = scored.filter(({ epoch }) => rotation.has(epoch))
  return whole.map((row) => {
    const { custom = {}, ...own }: Partial<EpochMetrics> = row
    return {
      step: Math.round(row.epoch * stepsPerEpoch),
      time: startOf(run) + row.seconds,
      // The numbers of onEpochEnd come to the row later than all others.
      values: [
        ...numbersIn(own).map(([key, value]): Named => [columnName(key), value]),
        ['mean_rotation', rotation.get(row.epoch)!],
        ...numbersIn(custom),
      ],
    }
  })
}

const numbersIn = (values: object): Named[] =>
  Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === 'number')

/** `valTop5Accuracy` is the column `val_top5_accuracy`. */
const columnName = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The time of a step: that of the first epoch's end after it, as steps have none of their own. Steps must not fall. */
function timesOf(metrics: readonly Row[], start: number): (step: number) => number {
  let next = 0
  return (step) => {
    while (next < metrics.length && metrics[next]!.step < step) next++
    return (metrics[next] ?? metrics.at(-1))?.time ?? start
  }
}

function resumptions({ config, environment }: Run): number[] {
  if (config === undefined) return (environment.resumed ?? []).map(({ step }) => step)
  return (environment.resumed ?? []).map(({ position }) => position.epoch * environment.stepsPerEpoch + position.step)
}
