import { createHash, randomBytes } from 'node:crypto'
import { basename } from 'node:path'
import { z } from 'zod'
import { json } from '../../files/json.js'
import { runName, type Run } from '../../run/open-run.js'
import { packageVersion } from '../../version.js'
import { partsAfter, rewound, type Cursor } from '../cursor.js'
import type { Row } from '../logged-run.js'
import type { Logger, Sending } from '../logger.js'
import { settingsOf } from '../settings.js'
import type { MlflowAddress } from './address.js'
import { isRefusal, MlflowClient } from './client.js'

/** The most metrics, and the most parameters, that MLflow takes in one call. */
const [mostMetrics, mostParameters] = [1000, 100]
/** The tag by which a run is found again. */
const tagName = 'layer_rotation.id'

const anything = z.unknown()
const experimentId = z.object({ experiment_id: z.string() })
const runInfo = z.object({ run_id: z.string(), artifact_uri: z.string().optional() })
const foundRuns = z.object({ runs: z.array(z.object({ info: runInfo })).optional() })

/** MLflow's words for the state of a run. */
const statuses = { running: 'RUNNING', finished: 'FINISHED', failed: 'FAILED', interrupted: 'KILLED' }

type State = NonNullable<Cursor['mlflow']>

/** An MLflow tracking server. @param experiment name of its experiment; null for that of the run's */
export function mlflowLogger(address: MlflowAddress, experiment: string | null): Logger {
  const place = createHash('sha256')
    .update(`${address.uri}\n${experiment ?? ''}`)
    .digest('hex')
    .slice(0, 8)
  const named = experiment === null ? '' : ` --experiment ${JSON.stringify(experiment)}`
  return {
    name: `mlflow-${place}`,
    title: `MLflow at ${address.uri}`,
    option: `--to mlflow --uri ${address.uri}${named}`,
    send: async (cursor, sending) => {
      const client = new MlflowClient(address, sending.signal)
      try {
        const run = await MlflowRun.open(client, experiment ?? runName(sending.logged.run), cursor, sending)
        await run.sendParameters()
        for (const part of partsAfter(sending.logged, run.cursor, mostMetrics))
          await run.sendMetrics(part.rows, part.cursor)
        await run.sendEnd()
      } finally {
        await client.close()
      }
    },
  }
}

/** A run on a tracking server. */
class MlflowRun {
  private constructor(
    private readonly client: MlflowClient,
    private readonly sending: Sending,
    public cursor: Cursor,
  ) {}

  /** Finds the run that the cursor names, or creates it. */
  static async open(client: MlflowClient, experiment: string, cursor: Cursor, sending: Sending): Promise<MlflowRun> {
    const run = new MlflowRun(client, sending, rewound(cursor, sending.logged))
    if (run.cursor.mlflow?.runId === undefined) await run.create(experiment)
    return run
  }

  private get run(): Run {
    return this.sending.logged.run
  }

  private get state(): State {
    return this.cursor.mlflow!
  }

  private keep(next: Cursor): Promise<void> {
    this.cursor = next
    return this.sending.keep(next)
  }

  private keepState(change: Partial<State>): Promise<void> {
    return this.keep({ ...this.cursor, mlflow: { ...this.state, ...change } })
  }

  private async create(experiment: string): Promise<void> {
    const known = this.cursor.mlflow
    if (known === undefined) {
      // The tag is kept before it is sent: the answer to the creation may be lost.
      const tag = randomBytes(16).toString('hex')
      await this.keep({ ...this.cursor, mlflow: { tag, hasParameters: false, files: 0 } })
    }
    const id = known?.experimentId ?? (await this.experimentId(experiment))
    await this.keepState({ experimentId: id })
    const info = (known && (await this.find(id))) ?? (await this.createRun(id))
    await this.keepState({
      runId: info.run_id,
      ...(info.artifact_uri !== undefined && { artifacts: info.artifact_uri }),
    })
  }

  private async experimentId(name: string): Promise<string> {
    const get = () =>
      this.client.get('experiments/get-by-name', { experiment_name: name }, z.object({ experiment: experimentId }))
    try {
      return (await get()).experiment.experiment_id
    } catch (error) {
      if (!isRefusal(error, 'RESOURCE_DOES_NOT_EXIST')) throw error
    }
    try {
      return (await this.client.post('experiments/create', { name }, experimentId)).experiment_id
    } catch (error) {
      // Another process, of the same study for example, has created it meanwhile.
      if (!isRefusal(error, 'RESOURCE_ALREADY_EXISTS')) throw error
      return (await get()).experiment.experiment_id
    }
  }

  private async find(experiment: string): Promise<z.output<typeof runInfo> | undefined> {
    const filter = `tags.\`${tagName}\` = '${this.state.tag}'`
    const body = { experiment_ids: [experiment], filter, max_results: 1 }
    return (await this.client.post('runs/search', body, foundRuns)).runs?.[0]?.info
  }

  private async createRun(experiment: string): Promise<z.output<typeof runInfo>> {
    const { run } = this
    const { commit } = run.config === undefined ? { commit: null } : run.environment
    const tags = {
      [tagName]: this.state.tag,
      'layer_rotation.version': packageVersion(),
      'layer_rotation.folder': run.folder,
      'mlflow.source.name': 'layer-rotation',
      'mlflow.source.type': 'LOCAL',
      ...(commit !== null && { 'mlflow.source.git.commit': commit }),
    }
    const body = {
      experiment_id: experiment,
      run_name: basename(run.folder),
      start_time: milliseconds(run.status.startedAt),
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    }
    const answer = await this.client.post('runs/create', body, z.object({ run: z.object({ info: runInfo }) }))
    return answer.run.info
  }

  /** Sends the settings once: MLflow lets nobody change a parameter. */
  async sendParameters(): Promise<void> {
    const { config } = this.run
    if (this.state.hasParameters) return
    const params =
      config === undefined
        ? []
        : [...settingsOf(config)].map(([key, value]) => ({ key: allowed(key), value: String(value) }))
    for (let at = 0; at < params.length; at += mostParameters) {
      await this.log({ params: params.slice(at, at + mostParameters) })
    }
    await this.keepState({ hasParameters: true })
  }

  async sendMetrics(rows: readonly Row[], next: Cursor): Promise<void> {
    const metrics = rows.flatMap(({ step, time, values }) =>
      values.map(([name, value]) => ({
        key: allowed(name),
        value: Number.isFinite(value) ? value : String(value),
        timestamp: Math.round(time * 1000),
        step,
      })),
    )
    await this.log({ metrics })
    await this.keep(next)
  }

  private async log(batch: object): Promise<void> {
    await this.client.post('runs/log-batch', { run_id: this.state.runId, ...batch }, anything)
  }

  /** Sends files and state of a run that has ended, or that it runs again. */
  async sendEnd(): Promise<void> {
    const { status, stale } = this.run
    const now = stale ? 'interrupted' : status.status
    if (now === this.cursor.status || (now === 'running' && this.cursor.status === null)) return
    if (now === 'finished') await this.sendFiles()
    const ended = now === 'running' ? {} : { end_time: milliseconds(status.endedAt ?? status.startedAt) }
    await this.client.post('runs/update', { run_id: this.state.runId, status: statuses[now], ...ended }, anything)
    await this.keep({ ...this.cursor, status: now, mlflow: { ...this.state, files: 0 } })
  }

  /** Stores config, environment and figures, if the server keeps artifacts itself; other stores need clients of their own. */
  private async sendFiles(): Promise<void> {
    const { artifacts } = this.state
    if (artifacts === undefined || !URL.canParse(artifacts)) return
    const { protocol, pathname } = new URL(artifacts)
    if (protocol !== 'mlflow-artifacts:') return
    const folder = pathname.replace(/^(.*\/mlflow-artifacts\/artifacts)?\/+/, '')
    const files = await this.files()
    for (const { name, content, type } of files.slice(this.state.files)) {
      await this.client.putArtifact(`${folder}/${name}`, content, type)
      await this.keepState({ files: this.state.files + 1 })
    }
  }

  private async files(): Promise<{ name: string; content: Uint8Array; type: string }[]> {
    const { config, environment } = this.run
    const texts = { ...(config && { 'config.json': config }), 'environment.json': environment }
    return [
      ...Object.entries(texts).map(([name, value]) => ({
        name,
        content: Buffer.from(json(value)),
        type: 'application/json',
      })),
      ...(await this.sending.draw(this.run)).map(({ name, png }) => ({
        name: `figures/${name}.png`,
        content: png,
        type: 'image/png',
      })),
    ]
  }
}

const milliseconds = (time: string): number => Date.parse(time) || 0

/** A name that MLflow takes: other characters than letters, digits, `_`, `-`, `.`, ` ` and `/` become `_`. */
const allowed = (name: string): string => name.replace(/[^\w\-. /]/g, '_').slice(0, 250)
