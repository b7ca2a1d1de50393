import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LayerRotationError } from '../errors.js'
import type { ExperimentConfig } from '../experiment/config.js'
import type { NamedTensor } from '../native/contract.js'
import type { LayerTable } from '../rotation/layer-table.js'
import { layersHeader, layersLines } from '../rotation/layers-csv.js'
import { rotationHeader, rotationLine } from '../rotation/rotation-table.js'
import { encodeSafetensors } from '../weights/safetensors.js'
import { keptName } from './checkpoint-files.js'
import { pruneCheckpoints, writeCheckpoint } from './checkpoint-folders.js'
import type { RunEnvironment } from './environment.js'
import { stampOf, type FileStamp } from './file-stamp.js'
import { GrowingFile } from './growing-file.js'
import { layout, type Checkpoint } from './layout.js'
import { changing, lockRun, type Change, type RunLock } from './lock.js'
import { bestEpoch, type EpochMetrics, type InitialMetrics } from './metrics.js'
import { parseMetrics } from './metrics-csv.js'
import { MetricsTable } from './metrics-table.js'
import { preprocessingMetadata, type Preprocessing } from './preprocessing.js'
import { clearRecords, requireIntact, rewind, syncRecords, type Tables } from './rewind.js'
import { ownIdentity } from '../lock/process-identity.js'
import { runText } from './run-text.js'
import type { RunStatus } from './status.js'
import { StepWriter } from './step-writer.js'
import type { TrainingCheckpoint, TrainingSnapshot } from './training-checkpoint.js'
import { json } from '../files/json.js'
import { make } from '../files/make-folder.js'
import { printableLines } from '../printable.js'
import { appendText, writeDurably, writeEvenIfFull, writeFailed, writeWhole, writing } from '../files/write.js'

/** The name `<time>-<label>`, such as 20261123-052233-7f3a90: the time in UTC, and by default six random hex digits. */
export function runId(time: Date, label: string = randomBytes(3).toString('hex')): string {
  const [date, clock] = time.toISOString().split(/[T.]/)
  return `${date!.replaceAll('-', '')}-${clock!.replaceAll(':', '')}-${label}`
}

/**
 * Makes a run's folder in `parent`, named by runId(). If runs with one label start within a second, `-2`, `-3` …
 * follows the names of all but the first.
 *
 * @param create makes the folder; rejects with RUN_EXISTS if the path exists
 */
export async function inNewFolder<Result>(
  parent: string,
  label: string | undefined,
  create: (path: string) => Promise<Result>,
): Promise<Result> {
  const time = new Date()
  for (let attempt = 1; ; attempt++) {
    const id = runId(time, label)
    try {
      return await create(join(parent, attempt === 1 || label === undefined ? id : `${id}-${attempt}`))
    } catch (error) {
      if (!(error instanceof LayerRotationError) || error.code !== 'RUN_EXISTS') throw error
    }
  }
}

/**
 * A run folder that this process alone writes. Every method rejects with WRITE_FAILED if the disk refuses, and with
 * RUN_LOCKED, before it changes anything, if another process has taken the run over.
 */
export class RunFolder {
  private readonly change: Change
  private readonly steps: StepWriter
  /** The weights that every checkpoint keeps. */
  private readonly kept: { initial?: FileStamp; best?: FileStamp | undefined }

  private constructor(
    readonly path: string,
    private readonly lock: RunLock,
    private status: RunStatus,
    private readonly environment: RunEnvironment,
    private readonly tables: Tables,
    checkpoint?: TrainingCheckpoint,
  ) {
    this.change = changing(lock)
    this.kept = { ...checkpoint?.files.kept }
    this.steps = new StepWriter(
      join(path, layout.steps),
      () => lock.confirm(),
      checkpoint?.pending,
      checkpoint?.files.parts,
    )
  }

  /**
   * Makes the folder, locked until close(), with its first files; status `running`.
   *
   * @param layers names of the monitored layers in forward order
   * @throws {LayerRotationError} RUN_EXISTS, WRITE_FAILED
   */
  static async create(
    path: string,
    config: ExperimentConfig,
    environment: RunEnvironment,
    layers: readonly string[],
  ): Promise<RunFolder> {
    await makeNewFolder(path)
    let lock: RunLock | undefined
    try {
      lock = await lockRun(path)
      return await RunFolder.begin(path, lock, config, environment, layers)
    } catch (error) {
      // Nothing has been measured yet, and a folder that is half made could neither be resumed nor be used again.
      const isLost = error instanceof LayerRotationError && error.code === 'RUN_LOCKED'
      if (!isLost) await rm(path, { recursive: true, force: true }).catch(() => undefined)
      await lock?.release()
      throw error
    }
  }

  /**
   * Opens the folder of a run to resume, locked by the caller. Records after the checkpoint are removed; without a
   * checkpoint all are. Status `running`.
   *
   * @param environment environment of the resumed run
   * @throws {LayerRotationError} before anything is changed: MISSING_FILE, INVALID_FILE or READ_FAILED if the folder does
   *   not have all that it had at the checkpoint; later: READ_FAILED, WRITE_FAILED
   */
  static async open(
    path: string,
    lock: RunLock,
    config: ExperimentConfig,
    environment: RunEnvironment,
    layers: readonly string[],
    checkpoint: TrainingCheckpoint | undefined,
  ): Promise<RunFolder> {
    if (!checkpoint) {
      await clearRecords(path, changing(lock))
      return RunFolder.begin(path, lock, config, environment, layers)
    }
    const { position } = checkpoint
    const tables = await requireIntact(path, checkpoint)
    await makeSubfolders(path, config, changing(lock))
    await tables.metrics.narrow(changing(lock))
    await rewind(path, checkpoint, changing(lock))
    await tables.metrics.widen(config.averaging !== null, changing(lock))
    const { startedAt } = checkpoint.environment
    const best = await bestIn(join(path, layout.metrics))
    const status: RunStatus = {
      ...begun(startedAt),
      epoch: position.epoch,
      ...(best && { bestEpoch: best.epoch }),
      lastCheckpoint: position,
    }
    const folder = new RunFolder(path, lock, status, environment, tables, checkpoint)
    await folder.writeBeginning(config)
    return folder
  }

  private static async begin(
    path: string,
    lock: RunLock,
    config: ExperimentConfig,
    environment: RunEnvironment,
    layers: readonly string[],
  ): Promise<RunFolder> {
    await makeSubfolders(path, config, changing(lock))
    const tables = {
      metrics: MetricsTable.empty(join(path, layout.metrics), config.averaging !== null),
      rotation: GrowingFile.empty(join(path, layout.rotation)),
      layers: GrowingFile.empty(join(path, layout.layers)),
    }
    const folder = new RunFolder(path, lock, begun(environment.startedAt), environment, tables)
    await folder.writeBeginning(config)
    await tables.metrics.begin(folder.change)
    await tables.rotation.append(
      rotationHeader(layers) + rotationLine(0, new Float64Array(layers.length)),
      folder.change,
    )
    return folder
  }

  private async writeBeginning(config: ExperimentConfig): Promise<void> {
    await this.setStatus({})
    await this.replace(layout.config, json(config))
    await this.replace(layout.environment, json(this.environment))
  }

  /** Reads the row of metrics.csv with the largest validation accuracy. @throws {LayerRotationError} INVALID_FILE */
  best(): Promise<EpochMetrics | undefined> {
    return bestIn(join(this.path, layout.metrics))
  }

  /** Changes some values of status.json. */
  async setStatus(change: Partial<RunStatus>): Promise<void> {
    this.status = { ...this.status, ...change }
    await this.lock.confirm()
    await writeEvenIfFull(join(this.path, layout.status), json(this.status))
  }

  /** Resolves to false if another process has taken the run over, or may have: its lock cannot be read. */
  isOwn(): Promise<boolean> {
    return this.lock.confirm().then(
      () => true,
      () => false,
    )
  }

  /** Releases the lock, so that another process may resume the run. */
  async close(): Promise<void> {
    await this.lock.release()
  }

  /**
   * Adds a row to metrics.csv and rotation.csv.
   *
   * @param rotation [layers]
   */
  async recordEpoch(metrics: EpochMetrics, rotation: ArrayLike<number>): Promise<void> {
    await this.tables.metrics.append(metrics, this.change)
    await this.tables.rotation.append(rotationLine(metrics.epoch, rotation), this.change)
  }

  /** Puts the columns that a caller measured, `metrics.custom`, into the last row of metrics.csv. */
  addCustom(metrics: EpochMetrics): Promise<void> {
    return this.tables.metrics.addToLast(metrics, this.change)
  }

  /** Adds row 0 to metrics.csv; rotation.csv has its own from the beginning. */
  async recordInitial(metrics: InitialMetrics): Promise<void> {
    await this.tables.metrics.append(metrics, this.change)
  }

  /** Adds the records of an epoch's first and last step to layers.csv; the first call creates the file. */
  async recordLayers(table: LayerTable, stepsPerEpoch: number): Promise<void> {
    const { layers } = this.tables
    const header = layers.isEmpty ? layersHeader(table.columns) : ''
    await layers.append(header + layersLines(table, stepsPerEpoch), this.change)
  }

  /**
   * Takes the records of one epoch for steps/; they are written while the training continues.
   *
   * @param epoch 0-based
   */
  async recordSteps(epoch: number, table: LayerTable): Promise<void> {
    await this.lock.confirm()
    await this.steps.add(epoch, table)
  }

  /** Waits until all records are on the disk. */
  async settle(): Promise<void> {
    await this.steps.end()
  }

  /**
   * Writes weights, replacing earlier ones of the same name as a whole.
   *
   * @param preprocessing null for tokens, which need none
   */
  async saveWeights(
    checkpoint: Checkpoint,
    tensors: readonly NamedTensor[],
    preprocessing: Preprocessing | null = null,
  ): Promise<void> {
    const content = encodeSafetensors(tensors, preprocessingMetadata(preprocessing))
    await this.lock.confirm()
    await writeDurably(join(this.path, layout.weights(checkpoint)), content)
    if (checkpoint === 'initial' || checkpoint === 'best') this.kept[checkpoint] = await stampOf(content)
  }

  /** Writes a checkpoint of `snapshot` and of the records so far, and removes old checkpoints. */
  async saveCheckpoint(
    snapshot: TrainingSnapshot,
    { config, layers }: { config: ExperimentConfig; layers: readonly string[] },
  ): Promise<void> {
    await this.lock.confirm()
    const checkpoints = join(this.path, layout.checkpoints)
    const { pending, parts } = await this.steps.state()
    const log = await syncRecords(this.path)
    const { metrics, rotation, layers: layersTable } = this.tables
    const tables = { metrics: metrics.stamp(), rotation: rotation.stamp(), layers: layersTable.stamp() }
    const files = { tables, log, parts, kept: { ...this.kept, initial: this.kept.initial! } }
    const checkpoint = { ...snapshot, config, layers, environment: this.environment, files, pending }
    const kept = (['initial', 'best'] as const)
      .filter((name) => this.kept[name] !== undefined)
      .map((name) => ({ path: join(this.path, layout.weights(name)), name: keptName(name) }))
    await writeCheckpoint(checkpoints, checkpoint, kept, this.change)
    await this.setStatus({ lastCheckpoint: snapshot.position })
    await pruneCheckpoints(checkpoints, config.checkpoint.keep, this.change)
  }

  private replace(file: string, content: string): Promise<void> {
    const path = join(this.path, file)
    return this.change(path, () => writeWhole(path, content))
  }

  /** Adds an event to run.log. Only its first line begins with a time; the others are indented. */
  async log(event: string): Promise<void> {
    const path = join(this.path, layout.log)
    const lines = printableLines(event).replaceAll('\n', '\n  ')
    await this.change(path, () => appendText(path, `${new Date().toISOString()} ${lines}\n`))
  }
}

async function makeNewFolder(path: string): Promise<void> {
  await writing(path, () => make(dirname(path)))
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw writeFailed(path, error)
    throw new LayerRotationError('RUN_EXISTS', `${path} already exists; choose another folder or label, or remove it`)
  })
}

async function bestIn(metrics: string): Promise<EpochMetrics | undefined> {
  return bestEpoch(parseMetrics(await runText(metrics), metrics))
}

/** The status of a run that starts. */
const begun = (startedAt: string): RunStatus => ({
  status: 'running',
  epoch: 0,
  startedAt,
  ...ownIdentity(),
})

/**
 * Makes the subfolders that do not exist, at the start: a run whose folder is removed later must fail, not make a new one.
 * At a resumption they are missing if the run came through something that keeps no empty folders, such as git or zip.
 */
async function makeSubfolders(path: string, config: ExperimentConfig, change: Change): Promise<void> {
  const { record, validation, averaging } = config
  const checkpoints: Checkpoint[] = ['initial', 'last']
  if (validation !== null) checkpoints.push('best')
  if (averaging !== null) checkpoints.push('average')
  const folders = checkpoints.map((checkpoint) => dirname(layout.weights(checkpoint)))
  if (record.steps > 0) folders.push(layout.steps)
  for (const folder of folders) await change(path, () => make(join(path, folder)))
}
