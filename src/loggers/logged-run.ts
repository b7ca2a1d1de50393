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

/** A run's records as loggers send them: rows whose number only grows while the run trains. */
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
  // The training writes a row of metrics.csv before that of rotation.csv.
  const whole = run.metrics.filter(({ epoch }) => rotation.has(epoch))
  return whole.map((row) => ({
    step: Math.round(row.epoch * stepsPerEpoch),
    time: startOf(run) + row.seconds,
    values: [...numbersIn(row), ['mean_rotation', rotation.get(row.epoch)!]],
  }))
}

/** The numbers in a row under the names of their columns: those of this package's own, and others inside an object. */
function numbersIn(row: object): Named[] {
  return Object.entries(row).flatMap(([key, value]): Named[] => {
    if (typeof value === 'number') return [[columnName(key), value]]
    return typeof value === 'object' && value !== null
      ? Object.entries(value as object).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
      : []
  })
}

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
