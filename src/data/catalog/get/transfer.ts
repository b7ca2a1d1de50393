import { open, rm, stat, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LayerRotationError } from '../../../errors.js'
import { ifPresent } from '../../../files/if-present.js'
import { reading } from '../../../files/reading.js'
import { readText } from '../../../files/read-text.js'
import { writeWhole, writing } from '../../../files/write.js'
import { throwIfInterrupted } from '../../interrupted.js'
import type { DataWork } from '../../progress.js'
import { writeAll } from '../../../files/write-all.js'

/** The limits at which a download gives up on a server. */
export interface Patience {
  /** The seconds without a byte after which a connection counts as lost. */
  stallSeconds: number
  /** The waits before the next attempts; the first one again whenever an attempt gets further than those before it. */
  retrySeconds: readonly number[]
}

export const usualPatience: Patience = { stallSeconds: 30, retrySeconds: [1, 2, 4, 8, 16] }

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
  const before = await part.length()
  let resumed = before > 0
  let furthest = before
  for (let failures = 0; ;) {
    throwIfInterrupted(work.signal, `downloading ${url}`)
    try {
      const { from } = await attempt(part, work, patience.stallSeconds)
      resumed &&= from >= before
      return { resumed }
    } catch (error) {
      throwIfInterrupted(work.signal, `downloading ${url}`)
      if (!(error instanceof Setback)) throw error
      const length = await part.length()
      if (length < before) resumed = false
      failures = length > furthest ? 1 : failures + 1
      furthest = Math.max(furthest, length)
      const wait = patience.retrySeconds[failures - 1]
      if (wait === undefined) throw failed(url, `${error.message}; given up after ${failures} attempts`, error)
      work.onNote?.(`${url}: ${error.message}; trying again in ${wait} s`)
      await sleep(wait * 1000, undefined, { signal: work.signal }).catch(() => undefined)
    }
  }
}

/** A failure that may pass; its message does not name the address. */
class Setback extends Error {}

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
    const found = await reading(this.path, () => ifPresent(() => stat(this.path)))
    const size = found?.isFile() ? found.size : 0
    return size <= this.bytes && (await this.validator()) !== null ? size : 0
  }

  /** Returns the ETag or date that the server gave with the bytes; null if they are of unknown or other origin. */
  async validator(): Promise<string | null> {
    const text = await reading(this.origin, () => ifPresent(() => readText(this.origin, largestOrigin)))
    if (text === undefined) return null
    try {
      const { url, validator } = JSON.parse(text) as Record<string, unknown>
      return url === this.url && typeof validator === 'string' ? validator : null
    } catch {
      return null
    }
  }

  /** Starts over. @param validator null: a later attempt cannot continue after the bytes that come now */
  async restart(validator: string | null): Promise<FileHandle> {
    await this.forgetOrigin()
    const handle = await writing(this.path, () => open(this.path, 'w'))
    if (validator !== null) await writeWhole(this.origin, JSON.stringify({ url: this.url, validator }))
    return handle
  }

  resume(): Promise<FileHandle> {
    return writing(this.path, () => open(this.path, 'a'))
  }

  forgetOrigin(): Promise<void> {
    return writing(this.origin, () => rm(this.origin, { force: true }))
  }
}

/** Makes one request. @returns the byte that it began with */
async function attempt(part: Part, work: DataWork, stallSeconds: number): Promise<{ from: number }> {
  const { url, bytes } = part
  const offset = await part.length()
  if (offset === bytes) {
    await part.forgetOrigin()
    return { from: offset }
  }
  const watch = new Watch(stallSeconds, work.signal)
  try {
    const headers: Record<string, string> = { 'accept-encoding': 'identity' }
    if (offset > 0) Object.assign(headers, { range: `bytes=${offset}-`, 'if-range': await part.validator() })
    const response = await fetch(url, { headers, signal: watch.signal }).catch((error: unknown) =>
      setBack(url, error, watch),
    )
    const from = await acceptResponse(response, offset, part)
    const handle = from > 0 ? await part.resume() : await part.restart(validatorOf(response))
    try {
      await receive(response, handle, from, part, work, watch)
      await writing(part.path, () => handle.sync())
    } finally {
      await handle.close()
    }
    await part.forgetOrigin()
    return { from }
  } finally {
    watch.end()
  }
}

/** Returns the byte at which the response begins: 0 or `offset`. */
async function acceptResponse(response: Response, offset: number, { url, bytes, path }: Part): Promise<number> {
  const { status } = response
  if (status === 416) {
    await rm(path, { force: true })
    throw new Setback(`the server does not continue at byte ${offset}`)
  }
  if (status === 408 || status === 429 || status >= 500) throw new Setback(`HTTP ${status}`)
  if (status !== 200 && status !== 206) throw failed(url, `HTTP ${status} ${response.statusText}`.trim())

  const [from, total] = status === 206 ? contentRange(response) : [0, contentLength(response)]
  if (status === 206 && from !== offset) {
    await rm(path, { force: true })
    throw new Setback(`the server continues at another byte than ${offset}`)
  }
  if (total !== null && total !== bytes) {
    const page = response.headers.get('content-type')?.startsWith('text/html') ? ', a web page' : ''
    throw failed(url, `the server offers ${total} bytes${page}; expected ${bytes}`)
  }
  return from
}

/** Returns the first byte of a partial response and the length of the whole file; null if the server does not tell it. */
function contentRange(response: Response): [number, number | null] {
  const [, from, total] =
    /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(response.headers.get('content-range') ?? '') ?? []
  return [from === undefined ? -1 : Number(from), total === undefined || total === '*' ? null : Number(total)]
}

/** Returns null if the server does not tell the length, or compresses the bytes. */
function contentLength({ headers }: Response): number | null {
  const length = headers.get('content-length')
  return length === null || headers.has('content-encoding') ? null : Number(length)
}

/** Returns the value for If-Range: a strong ETag, else a date. */
function validatorOf({ headers }: Response): string | null {
  const etag = headers.get('etag')
  return etag !== null && !etag.startsWith('W/') ? etag : headers.get('last-modified')
}

async function receive(
  response: Response,
  handle: FileHandle,
  from: number,
  { url, bytes, path }: Part,
  { onProgress }: DataWork,
  watch: Watch,
): Promise<void> {
  const subject = basename(path, '.part')
  let done = from
  const reader = response.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>
  for (;;) {
    const { value } = await reader.read().catch((error: unknown) => setBack(url, error, watch))
    watch.sign()
    if (value === undefined) break
    if (done + value.length > bytes) throw failed(url, `the server sends more than ${bytes} bytes`)
    await writing(path, () => writeAll(handle, value))
    watch.sign()
    done += value.length
    onProgress?.({ step: 'downloading', subject, done, total: bytes, unit: 'bytes' })
  }
  if (done < bytes) throw new Setback(`the connection ended after ${done} of ${bytes} bytes`)
}

/** Aborts a request if nothing arrives for too long, or when the user stops it. */
class Watch {
  private readonly controller = new AbortController()
  private readonly timer: NodeJS.Timeout
  stalled = false

  constructor(
    readonly seconds: number,
    private readonly user: AbortSignal | undefined,
  ) {
    this.timer = setTimeout(() => {
      this.stalled = true
      this.abort()
    }, seconds * 1000)
    user?.addEventListener('abort', this.abort)
  }

  get signal(): AbortSignal {
    return this.controller.signal
  }

  /** Restarts the clock: something has arrived. */
  sign(): void {
    this.timer.refresh()
  }

  end(): void {
    clearTimeout(this.timer)
    this.user?.removeEventListener('abort', this.abort)
    this.abort()
  }

  private readonly abort = () => this.controller.abort()
}

function setBack(url: string, error: unknown, { stalled, seconds }: Watch): never {
  if (stalled) throw new Setback(`nothing arrived for ${seconds} s`)
  const { code, message } = systemError(error)
  // ENOTFOUND is final: without a network no name is resolved. A name server that does not answer gives EAI_AGAIN.
  if (code === 'ENOTFOUND') throw failed(url, message, error)
  throw new Setback(message || code, { cause: error })
}

/** Finds the reason: fetch says "fetch failed" and hides it in a cause, or in a list for several addresses. */
function systemError(error: unknown): NodeJS.ErrnoException {
  const { cause, errors } = error as Error & { errors?: unknown[] }
  const inner = cause ?? errors?.[0]
  return inner === undefined ? (error as NodeJS.ErrnoException) : systemError(inner)
}

function failed(url: string, problem: string, cause?: unknown): LayerRotationError {
  return new LayerRotationError('DOWNLOAD_FAILED', `${url}: ${problem}`, { cause })
}
