import { basename } from 'node:path'
import type { ExperimentConfig } from '../experiment/experiment.js'
import { groupsText } from '../text/settings.js'
import { optimizerLabel } from '../text/optimizer.js'
import type { Run } from '../run/open-run.js'
import { nominalRate } from '../schedule/nominal-rate.js'
import { rateLabel } from '../text/numbers.js'
import { rateText } from '../text/rate.js'

/** How a set of runs is told apart in figures and tables. */
export interface RunLabels {
  /** What differs, e.g. 'learning rate'; the legend's title. */
  title: string
  /** One a run, all different. */
  labels: string[]
  /** The labels stand for numbers; `order` then goes from the largest to the smallest. */
  ordered: boolean
  /** Positions of the runs in the order in which they are drawn and listed. */
  order: number[]
}

const schedulePath = 'learningRate'
const ratePath = `${schedulePath}.initial`
const optimizerPath = 'optimizer'

/**
 * Labels runs by what differs between their configs: one entry where only one differs (rates that also drop at other
 * epochs count as one, schedules that differ in several ways too), optimizer and rate where no more differs, else their names where these are all different, else
 * everything that differs. What still looks the same is told apart by its folder.
 */
export function labelRuns(runs: readonly Run[]): RunLabels {
  const givenOrder = runs.map((_, i) => i)
  const names = runs.map((run) => run.config.name)
  if (runs.length === 1) return { title: '', labels: names, ordered: false, order: givenOrder }

  const configs = runs.map((run) => entries(run.config))
  const paths = differingPaths(configs)
  const [path] = paths
  if (path !== undefined && paths.length === 1) {
    const values = configs.map((config) => config.get(path))
    const labels = values.map((value) => valueText(path, value))
    if (allDifferent(labels)) {
      const ordered = values.every((value) => typeof value === 'number')
      const order = ordered ? givenOrder.sort((a, b) => Number(values[b]) - Number(values[a])) : givenOrder
      return { title: title(path), labels, ordered, order }
    }
  }
  const byOptimizer = configs.map(
    (config) => `${valueText(optimizerPath, config.get(optimizerPath))} ${valueText(ratePath, config.get(ratePath))}`,
  )
  if (paths.every((path) => path === ratePath || path === optimizerPath) && allDifferent(byOptimizer)) {
    return { title: 'optimizer and learning rate', labels: byOptimizer, ordered: false, order: givenOrder }
  }
  if (allDifferent(names)) return { title: 'run', labels: names, ordered: false, order: givenOrder }

  const differences = configs.map((config) =>
    paths.map((path) => `${title(path)} ${valueText(path, config.get(path))}`).join(', '),
  )
  const folders = runs.map((run) => basename(run.folder))
  const both = differences.map((text, i) => [text, folders[i] ?? ''].filter((part) => part !== '').join(', '))
  const labels = [differences, both].find(allDifferent) ?? runs.map((run) => run.folder)
  return { title: 'run', labels, ordered: false, order: givenOrder }
}

const allDifferent = (labels: readonly string[]): boolean => new Set(labels).size === labels.length

/** Paths of the entries that are not the same in all configs; without those that follow from another one. */
function differingPaths(configs: readonly Map<string, unknown>[]): string[] {
  const kinds = (paths: readonly string[]) =>
    new Set(configs.map((config) => JSON.stringify(paths.map((path) => config.get(path) ?? null)))).size
  const all = [...new Set(configs.flatMap((config) => [...config.keys()]))]
  const differing = all.filter((path) => path !== 'name' && path !== schedulePath && kinds([path]) > 1)

  const ofRate = differing.filter((path) => path.startsWith(`${schedulePath}.`))
  const others = differing.filter((path) => !ofRate.includes(path))
  if (ofRate.length > 0 && kinds([ratePath]) === kinds(ofRate)) return [ratePath, ...others]
  if (ofRate.length > 1 && kinds([schedulePath]) === kinds(ofRate)) return [schedulePath, ...others]
  return differing
}

function valueText(path: string, value: unknown): string {
  if (path === ratePath && typeof value === 'number') return rateLabel(value)
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '–')
}

/**
 * The entries of a config by path; a rule for updates and groups of parameters in a few words each. Of a schedule there is,
 * besides, its text and, whatever its kind, its rate.
 */
function entries(config: ExperimentConfig): Map<string, unknown> {
  const optimizer = optimizerLabel(config.optimizer)
  const groups = groupsText(config) ?? 'none'
  const learningRate = { ...config.learningRate, initial: nominalRate(config.learningRate) }
  return flatten({ ...config, optimizer, groups, learningRate }).set(schedulePath, rateText(config.learningRate))
}

/** The entries of an object by path, as in 'learningRate.initial'. */
function flatten(value: unknown, path = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (value !== null && typeof value === 'object') {
    for (const [key, entry] of Object.entries(value)) flatten(entry, path ? `${path}.${key}` : key, into)
  } else {
    into.set(path, value)
  }
  return into
}

/** 'learningRate.initial' -> 'learning rate', 'batchSize' -> 'batch size', 'optimizer.rule.momentum' -> 'momentum'. */
function title(path: string): string {
  const keys = path.split('.')
  const last = keys.at(-1) ?? path
  const key = (last === 'initial' || last === 'type') && keys.length > 1 ? (keys.at(-2) ?? last) : last
  return key.replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
}
