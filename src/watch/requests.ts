import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { LayerRotationError } from '../errors.js'
import { isAllowedHost } from './allowed-host.js'
import type { Catalog } from './catalog.js'
import { mostListeners, type Listeners } from './listeners.js'
import type { Page } from './page-file.js'
import { tableNames, type TableName } from './protocol.js'

/** The parts of a server that answer its requests. */
export interface Answering {
  host: string
  page: Page
  catalog: Catalog
  listeners: Listeners
  /** Looks at the files for somebody who has just come. */
  lookSoon: () => Promise<unknown>
}

/** Milliseconds after which a page gets a list that is not complete yet. */
const patience = 300

/** Headers of every answer. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Answers a request. Nothing of it is a path: runs are named by ids, and all that is sent was found below the folders. */
export async function answer(request: IncomingMessage, response: ServerResponse, server: Answering): Promise<void> {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  const refuse = (status: number, error: string) => send(response, status, { error })
  if (!isAllowedHost(request.headers.host, server.host)) {
    return refuse(403, 'the Host header names another server; open the address that layer-rotation watch printed')
  }
  // Browsers say so when a page of another site asks.
  const isForeign =
    request.headers['sec-fetch-site'] === 'cross-site' && request.headers['sec-fetch-mode'] !== 'navigate'
  if (isForeign) return refuse(403, 'the request comes from another site')
  if (request.method !== 'GET') {
    response.setHeader('allow', 'GET')
    return refuse(405, 'expected GET: this server only shows')
  }
  const [path, query = ''] = (request.url ?? '').split('?', 2)
  if (path === '/') {
    response.setHeader('content-security-policy', server.page.policy)
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(server.page.html)
  } else if (path === '/api/runs') {
    await server.lookSoon()
    send(response, 200, server.catalog.list())
  } else if (path === '/api/run') await sendPart(new URLSearchParams(query), response, server)
  else if (path === '/events') await listen(response, server)
  else refuse(404, 'there is no such address')
}

async function listen(response: ServerResponse, { listeners, catalog, lookSoon }: Answering): Promise<void> {
  if (listeners.size >= mostListeners) {
    return send(response, 503, { error: `${mostListeners} pages are open, which are as many as can be` })
  }
  listeners.add(response)
  // The first look at many runs takes a while. Whatever is known by then is shown, and the rest follows.
  await Promise.race([lookSoon(), setTimeout(patience)])
  listeners.send('list', catalog.list(), [response])
}

async function sendPart(query: URLSearchParams, response: ServerResponse, { catalog }: Answering): Promise<void> {
  const name = query.get('table')
  const [reading, stride, from] = ['reading', 'stride', 'from'].map((key) => countIn(query.get(key) ?? '0'))
  if (!isTableName(name) || reading === undefined || stride === undefined || from === undefined) {
    const expected = `expected table=${tableNames.join('|')}, and whole numbers for reading, stride and from`
    return send(response, 400, { error: expected })
  }
  try {
    const part = await catalog.part(query.get('id') ?? '', name, { reading, stride, from })
    if (part === undefined) send(response, 404, { error: 'there is no such run' })
    else send(response, 200, part)
  } catch (error) {
    if (!(error instanceof LayerRotationError)) throw error
    send(response, 422, { error: error.message })
  }
}

const isTableName = (name: string | null): name is TableName => tableNames.some((known) => known === name)

const countIn = (text: string): number | undefined => (/^\d{1,15}$/.test(text) ? Number(text) : undefined)

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}
