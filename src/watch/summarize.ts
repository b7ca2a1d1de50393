import { basename, join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { knownMean } from '../rotation/mean.js'
import { parseRotation } from '../rotation/rotation-table.js'
import { layout } from '../run/layout.js'
import { lastTested } from '../run/metrics.js'
import { parseMetrics } from '../run/metrics-csv.js'
import { isPyTorchRun, measuredRotation, parsePyTorchLayers, readPyTorchEnvironment } from '../run/pytorch-run.js'
import { runState } from '../run/run-state.js'
import { readStatus } from '../run/open-run.js'
import { isStale, type RunStatus } from '../run/status.js'
import { dataText } from '../text/data.js'
import { modelText } from '../text/model.js'
import { optimizerText } from '../text/optimizer.js'
import { rateText } from '../text/rate.js'
import { lastLines } from './last-lines.js'
import type { RunEntry } from './protocol.js'

/** The part of an entry that the files of the run tell. */
export type Summary = Omit<RunEntry, 'id' | 'place' | 'label' | 'study' | 'revision'>

/** Rows of metrics.csv among which the last test accuracy is looked for. */
const testedWithin = 100

/** Reads the state of a run and its last numbers from the ends of its tables. A run that cannot be read says why. */
export async function summarize(folder: string): Promise<Summary> {
  try {
    return (await isPyTorchRun(folder)) ? await pytorchSummary(folder) : await trainedSummary(folder)
  } catch (error) {
    if (!(error instanceof LayerRotationError)) throw error
    return unreadable(folder, error)
  }
}

/** The summary of a folder that cannot be read. */
export const unreadable = (folder: string, { message }: LayerRotationError): Summary => ({
  ...nothing,
  name: basename(folder),
  state: 'unreadable',
  reason: message,
})

const nothing = {
  ...{ reason: null, warnings: [], epoch: null, epochs: null, testAccuracy: null, rotation: null, startedAt: null },
  about: [],
}

async function trainedSummary(folder: string): Promise<Summary> {
  const found = await runState(folder)
  if (found.state === 'new') {
    throw new LayerRotationError('MISSING_FILE', `${folder} holds no more than the beginning of a run`)
  }
  const { config, status } = found.head
  const warnings = [...(status.warnings ?? [])]
  return {
    ...nothing,
    ...ofStatus(status),
    name: config.name,
    state: found.state,
    epoch: status.epoch,
    epochs: config.epochs,
    testAccuracy: await unlessDamaged(join(folder, layout.metrics), lastAccuracy, warnings),
    rotation: await unlessDamaged(join(folder, layout.rotation), lastRotation, warnings),
    about: inWords(config),
    warnings,
  }
}

/** Reads the last number of a table. The page, which reads all of it, says which line of a damaged one is wrong. */
async function unlessDamaged(
  file: string,
  read: (file: string) => Promise<number | null>,
  warnings: string[],
): Promise<number | null> {
  try {
    return await read(file)
  } catch (error) {
    if (!(error instanceof LayerRotationError)) throw error
    warnings.push(`${file} is damaged, or cannot be read now`)
    return null
  }
}

const inWords = (config: ExperimentConfig): string[] => [
  optimizerText(config.optimizer),
  rateText(config.learningRate),
  modelText(config),
  dataText(config.data),
]

async function pytorchSummary(folder: string): Promise<Summary> {
  const { layers } = await readPyTorchEnvironment(folder)
  const status = await readStatus(folder)
  const file = join(folder, layout.layers)
  const found = await lastLines(file, 2 * layers.length)
  // The last lines may begin within a step.
  const first = found?.lines.findIndex((line) => line.split(',').includes(layers[0]!)) ?? -1
  const lines = first === -1 ? [] : found!.lines.slice(first)
  const table = measuredRotation(parsePyTorchLayers((found?.header ?? 'step,layer\n') + lines.join(''), file, layers))
  return {
    ...nothing,
    ...ofStatus(status),
    name: basename(folder),
    state: isStale(status) ? 'interrupted' : status.status,
    epoch: table.unit === 'epoch' ? table.epochs.at(-1)! : null,
    rotation: known(table.mean().at(-1)),
  }
}

const ofStatus = ({ reason, warnings, startedAt }: RunStatus) => ({
  reason: reason ?? null,
  warnings: warnings ?? [],
  startedAt,
})

async function lastAccuracy(file: string): Promise<number | null> {
  const found = await lastLines(file, testedWithin)
  if (found === undefined) return null
  const { header, lines } = found
  return known(lastTested(parseMetrics(header + lines.join(''), file))?.testAccuracy)
}

async function lastRotation(file: string): Promise<number | null> {
  const found = await lastLines(file, 1)
  if (found === undefined) return null
  const { header, lines } = found
  const table = parseRotation(header + (lines.at(-1) ?? ''), file)
  return known(knownMean(table.layers.map((layer) => table.layer(layer)[0] ?? NaN)).mean)
}

const known = (value: number | null | undefined): number | null => (Number.isFinite(value) ? value! : null)
