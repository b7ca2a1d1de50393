import { request, type Dispatcher } from 'undici'
import { z } from 'zod'
import { wayToServers } from '../../data/catalog/get/proxies.js'
import { LayerRotationError } from '../../errors.js'
import type { MlflowAddress } from './address.js'

/** Milliseconds within which a server has to answer. */
const patience = 10_000
/** The most bytes of an answer that are read. */
const longestAnswer = 2 ** 20

const errorSchema = z.object({ error_code: z.string(), message: z.string().optional() }).partial()

/** A refusal of the server. */
class Refusal extends LayerRotationError {
  constructor(
    message: string,
    /** MLflow's name for it, such as RESOURCE_DOES_NOT_EXIST. */
    readonly reason: string | undefined,
  ) {
    super('LOGGER_FAILED', message)
  }
}

/** Tells whether an error is a refusal with a reason of MLflow's. */
export const isRefusal = (error: unknown, reason: string): boolean =>
  error instanceof Refusal && error.reason === reason

/**
 * The REST interface of an MLflow tracking server (https://mlflow.org/docs/latest/rest-api.html). Methods throw
 * LayerRotationError LOGGER_FAILED.
 */
export class MlflowClient {
  private readonly way: Dispatcher = wayToServers()

  constructor(
    private readonly address: MlflowAddress,
    private readonly signal: AbortSignal,
  ) {}

  /** Closes the connections. */
  close(): Promise<void> {
    return this.way.destroy()
  }

  /** Calls a method with a body. */
  async post<Schema extends z.ZodType>(method: string, body: object, answer: Schema): Promise<z.output<Schema>> {
    return this.checked(await this.call('POST', `mlflow/${method}`, JSON.stringify(body)), method, answer)
  }

  /** Asks with the parameters of a query. */
  async get<Schema extends z.ZodType>(
    method: string,
    query: Readonly<Record<string, string>>,
    answer: Schema,
  ): Promise<z.output<Schema>> {
    const text = await this.call('GET', `mlflow/${method}?${new URLSearchParams(query).toString()}`)
    return this.checked(text, method, answer)
  }

  /** Stores a file with a server that keeps artifacts itself. @param path its place there, with slashes */
  async putArtifact(path: string, content: Uint8Array, type: string): Promise<void> {
    const place = path.split('/').map(encodeURIComponent).join('/')
    await this.call('PUT', `mlflow-artifacts/artifacts/${place}`, content, type)
  }

  private async call(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: string | Uint8Array,
    type = 'application/json',
  ): Promise<string> {
    const { uri, authorization } = this.address
    const headers: Record<string, string> = { accept: 'application/json' }
    if (body !== undefined) headers['content-type'] = type
    if (authorization !== undefined) headers['authorization'] = authorization
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(patience)])
    let status: number
    let text: string
    try {
      const answer = await request(`${uri}/api/2.0/${path}`, {
        method,
        headers,
        body: body ?? null,
        dispatcher: this.way,
        signal,
      })
      status = answer.statusCode
      text = await readText(answer.body)
    } catch (error) {
      throw this.failed(this.reasonOf(error), error)
    }
    if (status === 200) return text
    throw this.refused(status, text)
  }

  private checked<Schema extends z.ZodType>(text: string, method: string, schema: Schema): z.output<Schema> {
    const found = schema.safeParse(parsed(text))
    if (found.success) return found.data
    throw this.failed(`its answer to ${method} is not that of a tracking server of MLflow`)
  }

  private refused(status: number, text: string): LayerRotationError {
    const { error_code: reason, message } = errorSchema.safeParse(parsed(text)).data ?? {}
    const words = [reason, message].filter((part) => part !== undefined).join(': ')
    const cure =
      status === 401 || status === 403
        ? '; set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN'
        : ''
    return new Refusal(`${this.address.uri}: HTTP ${status} ${words.slice(0, 300)}`.trim() + cure, reason)
  }

  private failed(problem: string, cause?: unknown): LayerRotationError {
    return new LayerRotationError('LOGGER_FAILED', `${this.address.uri}: ${problem}`, { cause })
  }

  private reasonOf(error: unknown): string {
    if (error instanceof LayerRotationError) return error.message
    const { name, message, code } = error as NodeJS.ErrnoException
    if (name === 'TimeoutError') return `no answer within ${patience / 1000} s`
    return (message || String(code)).split('\n')[0]!
  }
}

/** Reads the text of a body, of a bounded length. */
async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body) {
    length += part.length
    if (length > longestAnswer) throw new Error(`its answer has more than ${longestAnswer} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

/** The value of a JSON text; undefined if it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
