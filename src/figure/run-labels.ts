import { basename } from 'node:path'
import type { ExperimentConfig } from '../experiment/config.js'
import { groupsText, multipliersText } from '../text/settings.js'
import { optimizerLabel } from '../text/optimizer.js'
import { runName, type Run } from '../run/open-run.js'
import { nominalRate } from '../schedule/nominal-rate.js'
import { rateLabel } from '../numbers.js'
import { axisTitle } from '../study/value-text.js'
import { dataText } from '../text/data.js'
import { modelText } from '../text/model.js'
import { rateText } from '../text/rate.js'
import { fitLabels, fitText } from './fit-text.js'

/** The labels that distinguish runs in figures and tables. */
export interface RunLabels {
  /** The setting that differs, such as 'learning rate': the legend's title. */
  title: string
  /** One label for each run, all different, each at most `longestLabel` wide. */
  labels: string[]
  /** True if the labels stand for numbers; `order` then goes from the largest to the smallest. */
  ordered: boolean
  /** Indices of the runs in the order in which they are drawn and listed. */
  order: number[]
}

/** The widest label in em: 231 pixels in a legend, so that an entry fits into a column of a paper. */
export const longestLabel = 22

const ratePath = 'learningRate.initial'
const optimizerPath = 'optimizer'

/**
 * Labels runs by the first of these that distinguishes them all and is not too wide; with a training in PyTorch among them,
 * whose settings are not known, by 3 or 5:
 *
 * 1. the one setting that differs between their configs; rates that drop at different epochs, schedules that differ in
 *    several ways, and networks of different layers count as one setting
 * 2. optimizer and learning rate, if nothing else differs
 * 3. the names of the experiments
 * 4. all settings that differ, then only their values, then with the run's folder
 * 5. the run's folder, or else numbers
 */
export function labelRuns(runs: readonly Run[]): RunLabels {
  const givenOrder = runs.map((_, i) => i)
  const names = runs.map(runName)
  if (runs.length === 1) return { title: '', labels: names, ordered: false, order: givenOrder }
  const unordered = (title: string, labels: string[]) => ({ title, labels, ordered: false, order: givenOrder })

  const folders = runs.map((run) => basename(run.folder))
  const byFolder = () => {
    const named = allDifferent(folders) ? folders : runs.map((run) => run.folder)
    return unordered('run', allDifferent(named) ? fitLabels(named, longestLabel) : givenOrder.map((i) => String(i + 1)))
  }
  const configs = runs.flatMap(({ config }) => (config === undefined ? [] : [entries(config)]))
  if (configs.length < runs.length)
    return allDifferent(names) ? unordered('run', fitLabels(names, longestLabel)) : byFolder()
  const paths = differingPaths(configs)
  const valuesOf = (config: Entries) => paths.map((path) => valueText(path, config.get(path)))
  const [path] = paths
  if (path !== undefined && paths.length === 1) {
    const values = configs.map((config) => config.get(path))
    const texts = configs.flatMap(valuesOf)
    if (allDifferent(texts)) {
      const labels = fitLabels(texts, longestLabel)
      const ordered = values.every((value) => typeof value === 'number')
      const order = ordered ? givenOrder.sort((a, b) => Number(values[b]) - Number(values[a])) : givenOrder
      return { title: fitText(axisTitle(path), longestLabel), labels, ordered, order }
    }
  }
  const byOptimizer = configs.map(
    (config) => `${valueText(optimizerPath, config.get(optimizerPath))} ${valueText(ratePath, config.get(ratePath))}`,
  )
  const isOptimizer = paths.every((path) => path === ratePath || path === optimizerPath)
  if (isOptimizer && isUsable(byOptimizer)) return unordered('optimizer and learning rate', byOptimizer)
  if (allDifferent(names)) return unordered('run', fitLabels(names, longestLabel))

  const differences = configs.map((config) =>
    valuesOf(config)
      .map((value, i) => `${axisTitle(paths[i]!)} ${value}`)
      .join(', '),
  )
  const titles = paths.map(axisTitle).join(', ')
  const values = configs.map((config) => valuesOf(config).join(', '))
  const both = differences.map((text, i) => [text, folders[i] ?? ''].filter((part) => part !== '').join(', '))
  const candidates: [title: string, labels: string[]][] = [
    ['run', differences],
    [titles, values],
    ['run', both],
  ]
  const usable = candidates.find(([title, labels]) => isUsable([title]) && isUsable(labels))
  return usable ? unordered(...usable) : byFolder()
}

const allDifferent = (labels: readonly string[]): boolean => new Set(labels).size === labels.length

/** Tells whether the labels distinguish all runs and are narrow enough as they are. */
function isUsable(labels: readonly string[]): boolean {
  return allDifferent(labels) && labels.every((label) => fitText(label, longestLabel) === label)
}

/** The entries of a config by path. */
type Entries = Map<string, unknown>

/**
 * Parts of a config that count as one setting where several of their entries differ: the first of these paths counts that
 * distinguishes as many configs as the whole part does.
 */
const parts: Record<string, readonly string[]> = {
  learningRate: [ratePath, 'learningRate'],
  model: ['model.type', 'model'],
  data: ['data.type', 'data'],
  multipliers: ['multipliers'],
}

/** Paths of the entries that differ between the configs, without those that follow from another one. */
function differingPaths(configs: readonly Entries[]): string[] {
  const all = new Set(configs.flatMap((config) => [...config.keys()]))
  const value = (config: Entries | undefined, path: string) => config?.get(path) ?? null
  const differs = (path: string) => configs.some((config) => value(config, path) !== value(configs[0], path))
  let differing = [...all].filter((path) => path !== 'name' && !Object.hasOwn(parts, path) && differs(path))
  const kinds = (paths: readonly string[]) =>
    new Set(configs.map((config) => JSON.stringify(paths.map((path) => value(config, path))))).size
  for (const [part, candidates] of Object.entries(parts)) {
    const within = differing.filter((path) => path.startsWith(`${part}.`))
    const one = within.length > 1 ? candidates.find((path) => kinds([path]) === kinds(within)) : undefined
    if (one === undefined) continue
    differing = differing.flatMap((path) => (path === within[0] ? [one] : path.startsWith(`${part}.`) ? [] : [path]))
  }
  return differing
}

function valueText(path: string, value: unknown): string {
  if (path === ratePath && typeof value === 'number') return rateLabel(value)
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '–')
}

/**
 * The entries of a config by path. The optimizer and the parameter groups are one text each; `parts` have a text besides
 * their own entries, and a schedule of any type has its nominal rate.
 */
function entries(config: ExperimentConfig): Entries {
  const optimizer = optimizerLabel(config.optimizer)
  const groups = groupsText(config) ?? 'none'
  const learningRate = { ...config.learningRate, initial: nominalRate(config.learningRate) }
  return flatten({ ...config, optimizer, groups, learningRate })
    .set('learningRate', rateText(config.learningRate))
    .set('model', modelText(config))
    .set('data', dataText(config.data))
    .set('multipliers', multipliersText(config) ?? 'none')
}

/** Collects the entries of an object by path, such as 'learningRate.initial'. */
function flatten(value: unknown, path = '', into: Entries = new Map()): Entries {
  if (value !== null && typeof value === 'object') {
    for (const [key, entry] of Object.entries(value)) flatten(entry, path ? `${path}.${key}` : key, into)
  } else {
    into.set(path, value)
  }
  return into
}
