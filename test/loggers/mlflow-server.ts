import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

// The requests as MLflow publishes them: https://mlflow.org/docs/latest/rest-api.html, and mlflow/utils/validation.py for names
// and limits. Unknown keys are refused, which the real server is not so strict about.

const key = z
  .string()
  .max(250)
  .regex(/^[/\w.\- ]+$/)
const int64 = z.int()
const double = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])
const entry = z.strictObject({ key, value: z.string().max(5000) })
const metric = z.strictObject({ key, value: double, timestamp: int64.min(0), step: int64 })
const schemas = {
  'experiments/create': z.strictObject({ name: z.string().min(1) }),
  'runs/search': z.strictObject({ experiment_ids: z.array(z.string()), filter: z.string(), max_results: z.int() }),
  'runs/create': z.strictObject({
    experiment_id: z.string(),
    run_name: z.string(),
    start_time: int64,
    tags: z.array(entry).max(100),
  }),
  'runs/log-batch': z.strictObject({
    run_id: z.string(),
    metrics: z.array(metric).max(1000).optional(),
    params: z
      .array(entry.extend({ value: z.string().max(500) }))
      .max(100)
      .optional(),
  }),
  'runs/update': z.strictObject({
    run_id: z.string(),
    status: z.enum(['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']),
    end_time: int64.optional(),
  }),
}

export interface ServedRun {
  experiment: string
  name: string
  status: string
  start: number
  end: number | undefined
  tags: Record<string, string>
  params: Record<string, string>
  /** [step, timestamp, value] by key; what is logged twice stands once. */
  metrics: Record<string, [step: number, timestamp: number, value: number][]>
}

type Trouble = (request: IncomingMessage, response: ServerResponse, path: string) => boolean | void

/** A tracking server on loopback for the length of a test, which refuses what MLflow refuses. */
export class MlflowServer {
  readonly experiments: string[] = ['Default']
  readonly runs: ServedRun[] = []
  readonly artifacts = new Map<string, Buffer>()
  /** Paths of all requests. */
  readonly requests: string[] = []
  readonly authorizations = new Set<string | undefined>()
  /** Called before each request; it answers itself if it returns true. */
  trouble: Trouble = () => false

  private constructor(readonly uri: string) {}

  static async start(): Promise<MlflowServer> {
    let served: MlflowServer | undefined
    const server = createServer((request, response) => void served!.receive(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    return (served = new MlflowServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, this.uri)
    const path = pathname.replace('/api/2.0/', '')
    this.requests.push(path)
    this.authorizations.add(request.headers.authorization)
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = Buffer.concat(parts)
    if (this.trouble(request, response, path)) return
    try {
      const answer = path.startsWith('mlflow-artifacts/')
        ? this.store(path, body)
        : this.answer(path, searchParams, body)
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    } catch (error) {
      const { code = 'INVALID_PARAMETER_VALUE', message } = error as Error & { code?: string }
      response
        .writeHead(code === 'RESOURCE_DOES_NOT_EXIST' ? 404 : 400, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error_code: code, message }))
    }
  }

  private store(path: string, body: Buffer): object {
    this.artifacts.set(decodeURIComponent(path.replace('mlflow-artifacts/artifacts/', '')), body)
    return {}
  }

  private answer(path: string, query: URLSearchParams, body: Buffer): object {
    if (path === 'mlflow/experiments/get-by-name') {
      const id = this.experiments.indexOf(query.get('experiment_name')!)
      if (id === -1) throw refusal('RESOURCE_DOES_NOT_EXIST', 'no such experiment')
      return { experiment: { experiment_id: String(id), name: this.experiments[id], lifecycle_stage: 'active' } }
    }
    const method = path.replace('mlflow/', '') as keyof typeof schemas
    if (body.length > 1e6) throw refusal('INVALID_PARAMETER_VALUE', 'more than 1 MB')
    const value: unknown = JSON.parse(body.toString())
    if (method === 'experiments/create') {
      const { name } = schemas[method].parse(value)
      if (this.experiments.includes(name)) throw refusal('RESOURCE_ALREADY_EXISTS', 'it exists')
      return { experiment_id: String(this.experiments.push(name) - 1) }
    }
    if (method === 'runs/create') return this.create(schemas[method].parse(value))
    if (method === 'runs/search') return this.search(schemas[method].parse(value))
    if (method === 'runs/log-batch') return this.log(schemas[method].parse(value))
    const { run_id: id, status, end_time: end } = schemas['runs/update'].parse(value)
    Object.assign(this.run(id), { status, end })
    return { run_info: this.info(Number(id)) }
  }

  private run(id: string): ServedRun {
    const run = this.runs[Number(id)]
    if (run === undefined) throw refusal('RESOURCE_DOES_NOT_EXIST', `no run ${id}`)
    return run
  }

  private info(id: number) {
    const run = this.runs[id]!
    return {
      run_id: String(id),
      status: run.status,
      artifact_uri: `mlflow-artifacts:/${this.experiments.indexOf(run.experiment)}/${id}/artifacts`,
    }
  }

  private create({ experiment_id, run_name, start_time, tags }: z.output<(typeof schemas)['runs/create']>): object {
    const experiment = this.experiments[Number(experiment_id)]!
    const named = Object.fromEntries(tags.map((tag) => [tag.key, tag.value]))
    const begun = { status: 'RUNNING', start: start_time, end: undefined, params: {}, metrics: {} }
    const id = this.runs.push({ experiment, name: run_name, tags: named, ...begun }) - 1
    return { run: { info: this.info(id), data: { tags } } }
  }

  private search({ filter }: z.output<(typeof schemas)['runs/search']>): object {
    const [, tag, value] = /^tags\.`([^`]+)` = '([^']+)'$/.exec(filter)!
    const found = [...this.runs.keys()].filter((id) => this.runs[id]!.tags[tag!] === value)
    return found.length === 0 ? {} : { runs: found.map((id) => ({ info: this.info(id) })) }
  }

  private log({ run_id, metrics = [], params = [] }: z.output<(typeof schemas)['runs/log-batch']>): object {
    const run = this.run(run_id)
    if (metrics.length + params.length > 1000) throw refusal('INVALID_PARAMETER_VALUE', 'more than 1000')
    for (const { key, value } of params) {
      if ((run.params[key] ??= value) !== value) throw refusal('INVALID_PARAMETER_VALUE', `${key} cannot change`)
    }
    for (const { key, step, timestamp, value } of metrics) {
      const history = (run.metrics[key] ??= [])
      const number = Number(value)
      const isKnown = history.some(([s, t, v]) => s === step && t === timestamp && Object.is(v, number))
      if (!isKnown) history.push([step, timestamp, number])
    }
    return {}
  }
}

const refusal = (code: string, message: string) => Object.assign(new Error(message), { code })
