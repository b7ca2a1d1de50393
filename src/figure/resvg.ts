import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Resvg } from '@resvg/resvg-wasm'
import { LayerRotationError } from '../errors.js'
import { reading } from '../files/reading.js'

/** The part of the global WebAssembly that is used here; the types of Node leave it to those of browsers. */
declare const WebAssembly: { Memory: new (size: { initial: number }) => unknown }

let loaded: Promise<typeof Resvg> | undefined

/**
 * Loads the renderer of SVG at the first call. It is the WebAssembly build of resvg: where the native one aborts the whole
 * process, this one throws.
 *
 * @throws {LayerRotationError} OUT_OF_MEMORY if the address space of this process is too small
 */
export function loadResvg(): Promise<typeof Resvg> {
  loaded ??= load().catch((error: unknown) => {
    loaded = undefined // another call may succeed
    throw error
  })
  return loaded
}

async function load(): Promise<typeof Resvg> {
  try {
    requireWebAssembly()
    const { initWasm, Resvg } = await import('@resvg/resvg-wasm')
    const file = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')
    await initWasm(await reading(file, () => readFile(file)))
    return Resvg
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    const message =
      'the figures cannot be drawn: WebAssembly gets no memory, because the address space of this process is limited; ' +
      'raise the limit with `ulimit -v unlimited`, or draw them on another machine with `layer-rotation report`'
    throw new LayerRotationError('OUT_OF_MEMORY', message, { cause })
  }
}

/**
 * Requires the address space that Node reserves for a memory of WebAssembly, 10 GB of which hardly any is used. Without it, the
 * global Response, at which initWasm looks, would end the process: Node's own WebAssembly loads with it.
 *
 * @throws {RangeError} if it is not there
 */
function requireWebAssembly(): void {
  new WebAssembly.Memory({ initial: 1 })
}
