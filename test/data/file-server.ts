import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createRawServer, type AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A server on loopback for the length of a test. */
export interface FileServer {
  url: string
  /** The Range of each request; '' where it had none. */
  ranges: string[]
}

/** @param answers to the requests one after the other; the last one goes for all others */
export async function serve(...answers: Answer[]): Promise<FileServer> {
  const ranges: string[] = []
  const server = createServer((request, response) => {
    ranges.push(request.headers.range ?? '')
    const answer = answers[Math.min(ranges.length, answers.length) - 1]!
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ranges }
}

/** A server on loopback that sends this text to whoever connects, and ends. @returns its address */
export async function serveText(text: string): Promise<string> {
  const server = createRawServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(text, 'latin1'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const strongTag = '"v1"'

/** Serves bytes as a server should: with their length, an ETag, and from the byte that is asked for. */
export function file(bytes: Buffer, { etag = strongTag }: { etag?: string | null } = {}): Answer {
  return ({ headers }, response) => {
    const from = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1]
    const isPart = from !== undefined && etag !== null && headers['if-range'] === etag
    const start = isPart ? Number(from) : 0
    if (etag !== null) response.setHeader('etag', etag)
    if (isPart) response.setHeader('content-range', `bytes ${start}-${bytes.length - 1}/${bytes.length}`)
    response.writeHead(isPart ? 206 : 200, { 'content-length': bytes.length - start })
    response.end(bytes.subarray(start))
  }
}

/** Answers as `file` does, but the connection breaks after `after` bytes of each answer. */
export function cutOff(bytes: Buffer, after: number, options?: { etag?: string | null }): Answer {
  return breaking(bytes, after, (response) => response.destroy(), options)
}

/** Answers as `file` does, but sends nothing more after `after` bytes. */
export function stalling(bytes: Buffer, after: number): Answer {
  return breaking(bytes, after, () => undefined)
}

function breaking(
  bytes: Buffer,
  after: number,
  end: (response: ServerResponse) => void,
  options?: { etag?: string | null },
): Answer {
  return (request, response) => {
    const write = response.write.bind(response)
    const endLater = () => void setTimeout(() => end(response), 100) // what is written arrives before
    response.end = ((rest: Buffer) => write(rest.subarray(0, after), endLater)) as unknown as typeof response.end
    file(bytes, options)(request, response)
  }
}

/** An answer without a file. */
export function status(code: number, headers: Record<string, string> = {}, body = ''): Answer {
  return (_, response) => void response.writeHead(code, headers).end(body)
}
