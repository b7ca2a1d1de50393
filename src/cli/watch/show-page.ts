import { once } from 'node:events'
import { LayerRotationError } from '../../errors.js'
import { isLoopback } from '../../watch/allowed-host.js'
import { watch, type WatchOptions } from '../../watch/watch.js'
import { print } from '../output.js'

/** Serves the page until a signal ends it, and then rejects with INTERRUPTED. */
export async function showPage(options: WatchOptions & { host: string; signal: AbortSignal }): Promise<never> {
  const { host, signal } = options
  const server = await watch(options)
  try {
    if (!isLoopback(host)) {
      print(`warning   everybody who reaches ${host} can see these runs: nobody is asked for a password`)
    }
    print(`page      ${server.url}`, 'end       Ctrl-C; trainings go on')
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    await server.close()
  }
  throw new LayerRotationError('INTERRUPTED', 'closed the page')
}
