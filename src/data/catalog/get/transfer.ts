import { rm, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { request, type Dispatcher } from 'undici'
import { LayerRotationError } from '../../../errors.js'
import { ifPresent } from '../../../files/if-present.js'
import { reading } from '../../../files/reading.js'
import { readText } from '../../../files/read-text.js'
import { openAtEnd, openNew, writeWhole, writing } from '../../../files/write.js'
import { throwIfInterrupted } from '../../../interrupted.js'
import type { DataWork } from '../../progress.js'
import { writeAll } from '../../../files/write-all.js'
import { statIfPresent } from '../../../files/stat-if-present.js'
import { proxyVariable, wayToServers } from './proxies.js'

/** The limits at which a download gives up on a server. */
export interface Patience {
  /** The seconds within which `leastBytes` must arrive; a connection on which fewer do counts as lost. */
  stallSeconds: number
  /** An attempt that gets further by fewer bytes counts as one that gets no further. */
  leastBytes: number
  /** The waits before the next attempts; the first one again whenever an attempt gets further than those before it. */
  retrySeconds: readonly number[]
}

/** At 1 kB a second, CIFAR-10 would take two days. */
export const usualPatience: Patience = { stallSeconds: 30, leastBytes: 30_000, retrySeconds: [1, 2, 4, 8, 16] }

/**
 * Fetches `bytes` bytes from `url` into `<file>.part`, and continues where an earlier attempt ended if the server still has
 * the same file. The caller checks the content and gives the file its name.
 *
 * @returns resumed: true if bytes of an earlier process are in the file
 * @throws {LayerRotationError} DOWNLOAD_FAILED, READ_FAILED, WRITE_FAILED, INTERRUPTED
 */
export async function transfer(
  url: string,
  bytes: number,
  file: string,
  work: DataWork,
  patience: Patience = usualPatience,
): Promise<{ resumed: boolean }> {
  const part = new Part(file, url, bytes)
  const way = wayToServers()
  try {
    return await persist(part, way, work, patience)
  } finally {
    await way.destroy()
  }
}

/** Makes attempts until one succeeds or the patience ends. */
async function persist(part: Part, way: Dispatcher, work: DataWork, patience: Patience): Promise<{ resumed: boolean }> {
  const { url } = part
  const before = await part.length()
  let resumed = before > 0
  let furthest = before
  for (let failures = 0; ;) {
    throwIfInterrupted(work.signal, `downloading ${url}`)
    try {
      const { from } = await attempt(part, way, work, patience)
      resumed &&= from >= before
      return { resumed }
    } catch (error) {
      throwIfInterrupted(work.signal, `downloading ${url}`)
      if (!(error instanceof Setback)) throw error
      const length = await part.length()
      if (length < before) resumed = false
      const gotFurther = length >= furthest + patience.leastBytes
      failures = gotFurther ? 1 : failures + 1
      if (gotFurther) furthest = length
      const wait = patience.retrySeconds[failures - 1]
      if (wait === undefined) throw failed(url, `${error.message}; given up after ${failures} attempts`, error)
      work.onNote?.(`${url}: ${error.message}; trying again in ${wait} s`)
      await sleep(wait * 1000, undefined, { signal: work.signal }).catch(() => undefined)
    }
  }
}

/** A failure that may pass; its message does not name the address. */
class Setback extends Error {}

/** Tells whether a text can be sent in a header; what a server or a file of somebody else gives may be anything. */
const isHeaderValue = (text: string): boolean => /^[\t -~]{1,4096}$/.test(text)

/** The most bytes of the note on where a download comes from. */
const largestOrigin = 2 ** 16

/** The bytes that have arrived, and a note by which the server tells whether it still has the same file. */
class Part {
  readonly path: string
  private readonly origin: string

  constructor(
    file: string,
    readonly url: string,
    readonly bytes: number,
  ) {
    this.path = `${file}.part`
    this.origin = `${this.path}.json`
  }

  /** Returns the number of bytes after which the download can continue; 0 if they are of unknown or other origin. */
  async length(): Promise<number> {
    const found = await statIfPresent(this.path)
    const size = found?.isFile() ? found.size : 0
    return size <= this.bytes && (await this.validator()) !== null ? size : 0
  }

  /** Returns the ETag or date that the server gave with the bytes; null if they are of unknown or other origin. */
  async validator(): Promise<string | null> {
    const text = await reading(this.origin, () => ifPresent(() => readText(this.origin, largestOrigin)))
    if (text === undefined) return null
    try {
      const { url, validator } = JSON.parse(text) as Record<string, unknown>
      return url === this.url && typeof validator === 'string' && isHeaderValue(validator) ? validator : null
    } catch {
      return null
    }
  }

  /** Starts over. @param validator null: a later attempt cannot continue after the bytes that come now */
  async restart(validator: string | null): Promise<FileHandle> {
    await this.forgetOrigin()
    const handle = await openNew(this.path)
    try {
      if (validator !== null) await writeWhole(this.origin, JSON.stringify({ url: this.url, validator }))
      return handle
    } catch (error) {
      await handle.close().catch(() => undefined)
      throw error
    }
  }

  resume(): Promise<FileHandle> {
    return openAtEnd(this.path)
  }

  /** Removes the bytes, which the server cannot continue. */
  discard(): Promise<void> {
    return writing(this.path, () => rm(this.path, { force: true }))
  }

  forgetOrigin(): Promise<void> {
    return writing(this.origin, () => rm(this.origin, { force: true }))
  }
}

/** Makes one request. @returns the byte that it began with */
async function attempt(part: Part, way: Dispatcher, work: DataWork, patience: Patience): Promise<{ from: number }> {
  const { url, bytes } = part
  const offset = await part.length()
  if (offset === bytes) {
    await part.forgetOrigin()
    return { from: offset }
  }
  const watch = new Watch(patience, work.signal)
  try {
    const headers: Record<string, string> = { 'accept-encoding': 'identity' }
    const validator = await part.validator()
    if (offset > 0 && validator !== null) Object.assign(headers, { range: `bytes=${offset}-`, 'if-range': validator })
    const response = await ask(url, headers, way, watch)
    const from = await acceptResponse(response, offset, part)
    const handle = from > 0 ? await part.resume() : await part.restart(validatorOf(response))
    try {
      await receive(response, handle, from, part, work, watch)
      await writing(part.path, () => handle.sync())
    } catch (error) {
      await handle.close().catch(() => undefined)
      throw error
    }
    await writing(part.path, () => handle.close())
    await part.forgetOrigin()
    return { from }
  } finally {
    watch.end()
  }
}

/** A response whose body comes as the server sends it. fetch would decode it by as many encodings as the server names. */
interface Response {
  status: number
  statusText: string
  header(name: string): string | null
  body: Readable
}

const mostRedirects = 10

/** Asks a server, and those that it refers to. */
async function ask(url: string, headers: Record<string, string>, way: Dispatcher, watch: Watch): Promise<Response> {
  let address = url
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const answer = await request(address, { headers, dispatcher: way, signal: watch.signal }).catch((error: unknown) =>
      setBack(url, error, watch),
    )
    const { statusCode: status, statusText, body } = answer
    body.on('error', () => undefined) // A body that nobody reads fails, too, when the request ends.
    const header = (name: string) => [answer.headers[name] ?? []].flat().join(', ') || null
    const location = header('location')
    if (![301, 302, 303, 307, 308].includes(status) || location === null) return { status, statusText, header, body }
    body.destroy()
    if (!URL.canParse(location, address) || !/^https?:$/.test(new URL(location, address).protocol))
      throw failed(url, `the server redirects to ${JSON.stringify(location.slice(0, 200))}, which is not a web address`)
    address = new URL(location, address).href
  }
  throw failed(url, `the server redirects more than ${mostRedirects} times`)
}

/** Returns the byte at which the response begins: 0 or `offset`. */
async function acceptResponse(response: Response, offset: number, part: Part): Promise<number> {
  const { url, bytes } = part
  const { status } = response
  if (status === 416) {
    await part.discard()
    throw new Setback(`the server does not continue at byte ${offset}`)
  }
  if (status === 408 || status === 429 || status >= 500) throw new Setback(`HTTP ${status}`)
  if (status !== 200 && status !== 206) throw failed(url, `HTTP ${status} ${response.statusText.slice(0, 200)}`.trim())

  const [from, total] = status === 206 ? contentRange(response) : [0, contentLength(response)]
  if (status === 206 && from !== offset) {
    await part.discard()
    throw new Setback(`the server continues at another byte than ${offset}`)
  }
  // Some servers call a .gz file itself encoded by gzip; its length then is the one that was published.
  const encoding = response.header('content-encoding') ?? 'identity'
  if (encoding !== 'identity' && total !== bytes) {
    const found = JSON.stringify(encoding.slice(0, 100))
    throw failed(url, `the server sends the file in the encoding ${found}; expected the file as it is`)
  }
  if (total !== null && total !== bytes) {
    const page = response.header('content-type')?.startsWith('text/html') ? ', a web page' : ''
    throw failed(url, `the server offers ${total} bytes${page}; expected ${bytes}`)
  }
  return from
}

/** Returns the first byte of a partial response and the length of the whole file; null if the server does not tell it. */
function contentRange(response: Response): [number, number | null] {
  const [, from, total] =
    /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(response.header('content-range') ?? '') ?? []
  return [from === undefined ? -1 : Number(from), total === undefined || total === '*' ? null : Number(total)]
}

/** Returns null if the server does not tell the length. */
function contentLength(response: Response): number | null {
  const length = response.header('content-length')
  return length === null ? null : Number(length)
}

/** Returns the value for If-Range: a strong ETag, else a date. */
function validatorOf(response: Response): string | null {
  const etag = response.header('etag')
  return etag !== null && !etag.startsWith('W/') ? etag : response.header('last-modified')
}

async function receive(
  { body }: Response,
  handle: FileHandle,
  from: number,
  { url, bytes, path }: Part,
  { onProgress }: DataWork,
  watch: Watch,
): Promise<void> {
  const subject = basename(path, '.part')
  let done = from
  const parts = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>
  for (;;) {
    const { value, done: ended } = await parts.next().catch((error: unknown) => setBack(url, error, watch))
    if (ended) break
    watch.arrived(value.length)
    if (done + value.length > bytes) throw failed(url, `the server sends more than ${bytes} bytes`)
    await writing(path, () => writeAll(handle, value))
    done += value.length
    onProgress?.({ step: 'downloading', subject, done, total: bytes, unit: 'bytes' })
  }
  if (done < bytes) throw new Setback(`the connection ended after ${done} of ${bytes} bytes`)
}

/** Aborts a request if too little arrives, or when the user stops it. */
class Watch {
  private readonly controller = new AbortController()
  private readonly timer: NodeJS.Timeout
  /** The bytes that have arrived since the clock was set. */
  private bytes = 0
  /** The reason for which the request was aborted, if too little arrived. */
  stall: string | undefined

  constructor(
    private readonly patience: Patience,
    private readonly user: AbortSignal | undefined,
  ) {
    const { stallSeconds } = patience
    this.timer = setTimeout(() => {
      const found = this.bytes === 0 ? 'nothing' : `no more than ${this.bytes} bytes`
      this.stall = `${found} arrived for ${stallSeconds} s`
      this.abort()
    }, stallSeconds * 1000)
    user?.addEventListener('abort', this.abort)
  }

  get signal(): AbortSignal {
    return this.controller.signal
  }

  /** Sets the clock anew once enough bytes have arrived. */
  arrived(bytes: number): void {
    this.bytes += bytes
    if (this.bytes < this.patience.leastBytes) return
    this.bytes = 0
    this.timer.refresh()
  }

  end(): void {
    clearTimeout(this.timer)
    this.user?.removeEventListener('abort', this.abort)
    this.abort()
  }

  private readonly abort = () => this.controller.abort()
}

function setBack(url: string, error: unknown, { stall }: Watch): never {
  if (stall !== undefined) throw new Setback(stall)
  const { code, message } = systemError(error)
  const proxy = proxyVariable(url)
  const [line] = (message || String(code)).split('\n')
  const reason = line! + (proxy === undefined ? '' : ` (the environment variable ${proxy} names a proxy)`)
  // ENOTFOUND is final: without a network no name is resolved. A name server that does not answer gives EAI_AGAIN.
  if (code === 'ENOTFOUND') throw failed(url, reason, error)
  throw new Setback(reason, { cause: error })
}

/** Finds the reason: it may be hidden in a cause, or in a list for several addresses. */
function systemError(error: unknown): NodeJS.ErrnoException {
  const { cause, errors } = error as Error & { errors?: unknown[] }
  const inner = cause ?? errors?.[0]
  return inner === undefined ? (error as NodeJS.ErrnoException) : systemError(inner)
}

function failed(url: string, problem: string, cause?: unknown): LayerRotationError {
  return new LayerRotationError('DOWNLOAD_FAILED', `${url}: ${problem}`, { cause })
}
