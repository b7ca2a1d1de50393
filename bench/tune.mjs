import { join, resolve } from 'node:path'
import { info, openRun, openStudy, study, sweep, tune } from 'layer-rotation'
import { writeResult } from './result.mjs'
import { table } from './table.mjs'
import { tasks } from './tune-tasks.mjs'

/**
 * @typedef {object} Choice
 * @property {number} value the learning rate
 * @property {number | null} test accuracy of the whole run, 0 … 1; null if it failed
 */

/**
 * @typedef {object} Outcome the choices for one task and seed, at the cost of the same short runs
 * @property {number} seed
 * @property {object[]} candidates
 * @property {string} confidence
 * @property {Choice} best of the grid by test accuracy of the whole runs
 * @property {Choice} rotation the value that tune proposes
 * @property {Choice} rotationOnGrid its best candidate
 * @property {Choice} trainLoss the candidate with the least training loss
 * @property {Choice} validation the candidate with the best validation accuracy
 */

const methods = /** @type {const} */ (['rotation', 'rotationOnGrid', 'trainLoss', 'validation'])

/**
 * Chooses learning rates by `tune`, by training loss and by validation accuracy, all from the same short runs, and compares the
 * test accuracy of whole runs at what each chose with the best of the grid. Runs stay in the folder: the same call goes on.
 * @param {{ tasks: string, seeds: number, jobs: number, output?: string | undefined }} options
 */
export async function bench({ tasks: wanted, seeds, jobs, output = 'bench/results' }) {
  const names = wanted === '' ? Object.keys(tasks) : wanted.split(',')
  const unknown = names.find((name) => !(name in tasks))
  if (unknown !== undefined)
    throw new Error(`there is no task ${unknown}; expected some of ${Object.keys(tasks).join(', ')}`)
  /** @type {Record<string, { epochs: object, outcomes: Outcome[] }>} */
  const measured = {}
  for (const name of names) {
    const { base, short } = /** @type {import('./tune-tasks.mjs').Task} */ (tasks[name])
    /** @type {Outcome[]} */
    const outcomes = []
    for (let seed = 1; seed <= seeds; seed++) {
      outcomes.push(await outcomeOf(name, seed, resolve(output, 'runs'), jobs))
      console.log(`${name}  seed ${seed}  ${methods.map((method) => text(method, outcomes.at(-1))).join('  ')}`)
    }
    measured[name] = { epochs: { short, whole: base.epochs }, outcomes }
    report(name, outcomes)
    const { libtorch } = await info()
    console.log(`${writeResult('tune', { seeds, tasks: measured }, { libtorch: libtorch.loaded })}\n`)
  }
}

/**
 * @param {string} name
 * @param {number} seed
 * @param {string} runsFolder
 * @param {number} jobs
 * @returns {Promise<Outcome>}
 */
async function outcomeOf(name, seed, runsFolder, jobs) {
  const { base, values, short } = /** @type {import('./tune-tasks.mjs').Task} */ (tasks[name])
  const experiment = { ...base, seed }
  const tuning = await tune(experiment, { values, epochs: short, jobs, runsFolder, name: `${name}-short-${seed}` })
  const { candidates, proposal, setting } = tuning
  if (proposal === null) throw new Error(`${name}: no candidate trains`)
  const rows = (await openStudy(tuning.folder)).rows.filter((row) => row.experiment.epochs === short)
  const grid = candidates.map(({ value }) => /** @type {number} */ (value))
  const whole = await wholeRuns(
    name,
    experiment,
    setting,
    [...grid, /** @type {number} */ (proposal.value)],
    runsFolder,
    jobs,
  )
  const described = candidates.map(({ value, failure, score, trainLoss }) => {
    const row = rows.find((one) => one.values[setting] === value)
    const test = whole.get(/** @type {number} */ (value))
    return {
      value: /** @type {number} */ (value),
      failure,
      score,
      trainLoss,
      validation: row?.valAccuracy ?? null,
      whole: test,
    }
  })
  /** @param {number} value @returns {Choice} */
  const choice = (value) => ({ value, test: whole.get(value)?.test ?? null })
  /** @param {(one: typeof described[number]) => number} score */
  const most = (score) => choice(described.reduce((best, one) => (score(one) > score(best) ? one : best)).value)
  return {
    seed,
    candidates: described,
    confidence: proposal.confidence,
    best: most(({ whole: run }) => run?.test ?? -1),
    rotation: choice(/** @type {number} */ (proposal.value)),
    rotationOnGrid: choice(/** @type {number} */ (proposal.best)),
    trainLoss: most(({ trainLoss }) => -(trainLoss ?? Infinity)),
    validation: most(({ validation }) => validation ?? -1),
  }
}

/**
 * Trains whole runs.
 * @param {string} name
 * @param {import('layer-rotation').ExperimentInput} base
 * @param {string} setting
 * @param {number[]} values
 * @param {string} runsFolder
 * @param {number} jobs
 */
async function wholeRuns(name, base, setting, values, runsFolder, jobs) {
  const axes = { [setting]: [...new Set(values)] }
  const { seed } = base
  const { folder, finished } = await sweep(study({ name: `${name}-whole-${seed}`, base, axes }), { runsFolder, jobs })
  /** @type {Map<number, { test: number | null, rotation: number, trainLoss: number }>} */
  const found = new Map()
  for (const point of finished) {
    const { metrics, rotation } = await openRun(join(folder, point.folder))
    const { testAccuracy = null, trainLoss = NaN } = metrics.at(-1) ?? {}
    const value = /** @type {number} */ (point.values[setting])
    found.set(value, { test: testAccuracy, rotation: rotation.mean().at(-1) ?? NaN, trainLoss })
  }
  return found
}

/**
 * @param {typeof methods[number]} method
 * @param {Outcome | undefined} outcome
 */
const text = (method, outcome) =>
  `${method} ${outcome?.[method].value.toPrecision(3)} ${(100 * (outcome?.[method].test ?? NaN)).toFixed(2)} %`

/**
 * @param {string} name
 * @param {Outcome[]} outcomes
 */
function report(name, outcomes) {
  /** @param {(outcome: Outcome) => number} of */
  const mean = (of) => outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length
  /** @param {typeof methods[number] | 'best'} method */
  const accuracy = (method) => mean((outcome) => 100 * (outcome[method].test ?? 0))
  console.log()
  console.log(
    table([
      [name, 'rates', 'test accuracy, %', 'below the best of the grid'],
      .../** @type {const} */ (['best', ...methods]).map((method) => [
        method,
        outcomes.map((outcome) => outcome[method].value.toPrecision(3)).join(' '),
        accuracy(method).toFixed(2),
        (accuracy('best') - accuracy(method)).toFixed(2),
      ]),
    ]),
  )
  console.log()
}
