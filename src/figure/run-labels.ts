import { basename } from 'node:path'
import type { ExperimentConfig } from '../experiment/config.js'
import { groupsText } from '../text/settings.js'
import { optimizerLabel } from '../text/optimizer.js'
import type { Run } from '../run/open-run.js'
import { nominalRate } from '../schedule/nominal-rate.js'
import { rateLabel } from '../numbers.js'
import { rateText } from '../text/rate.js'

/** The labels that distinguish runs in figures and tables. */
export interface RunLabels {
  /** The setting that differs, such as 'learning rate': the legend's title. */
  title: string
  /** One label for each run, all different. */
  labels: string[]
  /** True if the labels stand for numbers; `order` then goes from the largest to the smallest. */
  ordered: boolean
  /** Indices of the runs in the order in which they are drawn and listed. */
  order: number[]
}

const schedulePath = 'learningRate'
const ratePath = `${schedulePath}.initial`
const optimizerPath = 'optimizer'

/**
 * Labels runs by the first of these that distinguishes them all:
 *
 * 1. the one setting that differs between their configs; rates that drop at different epochs, and schedules that differ in
 *    several ways, count as one setting
 * 2. optimizer and learning rate, if nothing else differs
 * 3. the names of the experiments
 * 4. all settings that differ, then with the run's folder
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

/** Paths of the entries that differ between the configs, without those that follow from another one. */
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
 * The entries of a config by path. The optimizer and the parameter groups are one text each; a schedule of any type has its
 * nominal rate and its text besides its own entries.
 */
function entries(config: ExperimentConfig): Map<string, unknown> {
  const optimizer = optimizerLabel(config.optimizer)
  const groups = groupsText(config) ?? 'none'
  const learningRate = { ...config.learningRate, initial: nominalRate(config.learningRate) }
  return flatten({ ...config, optimizer, groups, learningRate }).set(schedulePath, rateText(config.learningRate))
}

/** Collects the entries of an object by path, such as 'learningRate.initial'. */
function flatten(value: unknown, path = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (value !== null && typeof value === 'object') {
    for (const [key, entry] of Object.entries(value)) flatten(entry, path ? `${path}.${key}` : key, into)
  } else {
    into.set(path, value)
  }
  return into
}

/**
 * A path in words: 'learning rate' for 'learningRate.initial', 'batch size' for 'batchSize', 'momentum' for
 * 'optimizer.rule.momentum'.
 */
function title(path: string): string {
  const keys = path.split('.')
  const last = keys.at(-1) ?? path
  const key = (last === 'initial' || last === 'type') && keys.length > 1 ? (keys.at(-2) ?? last) : last
  return key.replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
}
