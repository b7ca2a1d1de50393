import { batch } from '@preact/signals'
import type { RunEntry, RunList } from '../protocol.js'
import { connection, list } from './state.js'

let source: EventSource | undefined

/**
 * Follows the server while the page is to be seen: a browser opens no more than six connections to it, which hidden tabs would
 * keep. After a lost connection the browser tries again by itself, and the server then sends everything.
 */
export function follow(): void {
  document.addEventListener('visibilitychange', connect)
  connect()
}

function connect(): void {
  source?.close()
  source = undefined
  if (document.hidden) return
  source = new EventSource('/events')
  source.addEventListener('error', () => {
    connection.value = 'lost'
    // A browser gives up when it is refused.
    if (source?.readyState === EventSource.CLOSED) setTimeout(connect, 2000)
  })
  source.addEventListener('list', ({ data }: MessageEvent<string>) => {
    const next = JSON.parse(data) as RunList
    // A server that has just been started again has not read all that the page shows already.
    if (next.isIncomplete && list.value?.isIncomplete === false) return
    batch(() => {
      list.value = next
      connection.value = 'live'
    })
  })
  source.addEventListener('run', ({ data }: MessageEvent<string>) => {
    const run = JSON.parse(data) as RunEntry
    if (list.value === undefined) return
    list.value = { ...list.value, runs: list.value.runs.map((other) => (other.id === run.id ? run : other)) }
  })
}
