import { createServer, type Server } from 'node:http'
import { isIPv6, type AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { statIfPresent } from '../files/stat-if-present.js'
import { throwIfInterrupted } from '../interrupted.js'
import { requireOptions } from '../validation/options.js'
import { pathSchema } from '../validation/path.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { Catalog } from './catalog.js'
import { Listeners } from './listeners.js'
import { readPage } from './page-file.js'
import { answer } from './requests.js'

export interface WatchOptions {
  /** Folders of runs and studies, or folders below which they are; by default `runs`. */
  folders?: readonly string[] | undefined
  /** The port, 0 … 65535; 0, the default, takes one that is free. */
  port?: number | undefined
  /**
   * The name or address on which the server listens. With another one than the default whoever reaches this machine can see the
   * runs: nobody is asked for a password.
   *
   * @default "127.0.0.1"
   */
  host?: string | undefined
  /** Closes the server. */
  signal?: AbortSignal | undefined
}

/** A server that shows runs. */
export interface Watch extends AsyncDisposable {
  /** The address of its page. */
  url: string
  /** Ends the server and its connections. It may be called more than once. */
  close: () => Promise<void>
}

const schema = strictObject({
  folders: z.array(pathSchema).min(1).optional(),
  port: z.int().min(0).max(65_535).optional(),
  host: z
    .string()
    .regex(/^[\w.:-]{1,253}$/, 'a name or an address')
    .optional(),
  signal: z.instanceof(AbortSignal).optional(),
})

/** Milliseconds between two looks at the files while a page is open. */
const interval = 1000

/**
 * Serves a page that shows runs and studies while they train in other processes: their state, and the curves of their layers. It
 * follows their files, and writes none. The server stays until it is closed.
 *
 *     const { url, close } = await watch({ folders: ['runs/mnist'] })
 *
 * @throws {LayerRotationError} INVALID_CONFIG, also for a host or port on which it cannot listen; MISSING_FILE for a folder that
 *   does not exist, or if the page is missing from the installation; READ_FAILED; INTERRUPTED if `signal` is aborted already
 */
export async function watch(options: WatchOptions = {}): Promise<Watch> {
  requireOptions(options, 'watch')
  const { folders = ['runs'], port = 0, host = '127.0.0.1', signal } = validate(schema, options, 'watch')
  throwIfInterrupted(signal, 'starting the server')
  const catalog = new Catalog(await Promise.all(folders.map(existing)))
  const page = await readPage()
  const listeners = new Listeners()
  const follower = new Follower(catalog, listeners)
  const server = createServer((request, response) => {
    const answering = { host, page, catalog, listeners, lookSoon: () => follower.lookSoon() }
    answer(request, response, answering).catch((error: unknown) => {
      console.error(error)
      response.destroy()
    })
  })
  // Requests have no body, and come within one packet.
  Object.assign(server, { headersTimeout: 10_000, requestTimeout: 10_000, keepAliveTimeout: 5000, maxConnections: 512 })
  const address = await listening(server, port, host)
  let closed: Promise<void> | undefined
  const close = () => (closed ??= closeServer())
  const closeServer = async () => {
    signal?.removeEventListener('abort', onAbort)
    listeners.close()
    follower.end()
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeAllConnections()
    })
  }
  const onAbort = () => void close()
  signal?.addEventListener('abort', onAbort)
  return { url: urlOf(address), close, [Symbol.asyncDispose]: close }
}

async function existing(folder: string): Promise<string> {
  const found = await statIfPresent(folder)
  if (found?.isDirectory()) return resolve(folder)
  const problem = found === undefined ? 'does not exist' : 'is no folder'
  throw new LayerRotationError('MISSING_FILE', `${folder} ${problem}; expected a folder of runs, a run or a study`)
}

/** Looks at the files from time to time while somebody listens. */
class Follower {
  private readonly ended = new AbortController()
  private lookedAt = -Infinity
  private looking: Promise<void> = Promise.resolve()
  private isFollowing = false

  constructor(
    private readonly catalog: Catalog,
    private readonly listeners: Listeners,
  ) {}

  /** Looks now, unless that was done a moment ago, and from then on regularly. */
  lookSoon(): Promise<void> {
    if (performance.now() - this.lookedAt > interval) this.looking = this.look()
    void this.follow()
    return this.looking
  }

  private async look(): Promise<void> {
    this.lookedAt = performance.now()
    // The first look at many runs takes a while; those that are read already are shown.
    const timer = setInterval(() => {
      if (this.catalog.isIncomplete) this.listeners.send('list', this.catalog.list())
    }, interval / 2)
    try {
      const change = await this.catalog.look()
      if (change === undefined) return
      if ('list' in change) this.listeners.send('list', change.list)
      else for (const run of change.runs) this.listeners.send('run', run)
    } catch (error) {
      // A bug of this package must not end what shows the training of a night.
      console.error(error)
    } finally {
      clearInterval(timer)
    }
  }

  private async follow(): Promise<void> {
    if (this.isFollowing) return
    this.isFollowing = true
    const { signal } = this.ended
    while (this.listeners.size > 0 && !signal.aborted) {
      await setTimeout(interval, undefined, { signal }).catch(() => undefined)
      if (!signal.aborted) await (this.looking = this.look())
    }
    this.isFollowing = false
  }

  end(): void {
    this.ended.abort()
  }
}

function listening(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, port, host)))
    server.listen(port, host, () => resolve(server.address() as AddressInfo))
  })
}

function cannotListen(cause: NodeJS.ErrnoException, port: number, host: string): LayerRotationError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `port ${port} of ${host} is in use by another program; choose another port, or 0 for one that is free`,
    EACCES: `port ${port} may be used by root only; choose one from 1024 on, or 0 for one that is free`,
    EADDRNOTAVAIL: `${host} is no address of this machine`,
    ENOTFOUND: `${host} is no name that this machine can find`,
    EAI_AGAIN: `${host} is no name that this machine can find now`,
  }
  const reason = reasons[cause.code ?? ''] ?? cause.message
  return new LayerRotationError('INVALID_CONFIG', `watch: ${reason}`, { cause })
}

/** A server that listens on all addresses is reached on this machine by the loopback. */
function urlOf({ address, port }: AddressInfo): string {
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}/`
}
