import type { ServerResponse } from 'node:http'

/** Bytes that wait to be sent, above which a listener is too slow: it is cut off, and begins anew by itself. */
const mostWaiting = 2 ** 22

/** The most listeners, one for each tab that is open. */
export const mostListeners = 64

/** Milliseconds between signs of life, by which proxies and both ends notice a connection that is lost. */
const heartbeat = 15_000

/** The pages that are open, to which the server sends events. */
export class Listeners {
  private readonly responses = new Set<ServerResponse>()
  private readonly timer: NodeJS.Timeout

  constructor() {
    this.timer = setInterval(() => this.write(': here\n\n'), heartbeat)
    this.timer.unref()
  }

  get size(): number {
    return this.responses.size
  }

  add(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.socket?.setTimeout(0)
    // A page whose server has ended looks for it again after this many milliseconds.
    response.write('retry: 1000\n\n')
    this.responses.add(response)
    response.on('close', () => this.responses.delete(response))
    response.on('error', () => this.responses.delete(response))
  }

  /** Sends an event to one page, or to all. */
  send(event: string, data: unknown, to: Iterable<ServerResponse> = this.responses): void {
    this.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`, to)
  }

  private write(text: string, to: Iterable<ServerResponse> = this.responses): void {
    for (const response of to) {
      if (response.writableLength > mostWaiting) response.destroy()
      else response.write(text)
    }
  }

  close(): void {
    clearInterval(this.timer)
    for (const response of this.responses) response.destroy()
  }
}
