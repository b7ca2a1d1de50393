import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Resvg } from '@resvg/resvg-wasm'
import { reading } from '../files/reading.js'

let loaded: Promise<typeof Resvg> | undefined

/**
 * Loads the renderer of SVG at the first call. It is the WebAssembly build of resvg: where the native one aborts the whole
 * process, this one throws.
 */
export function loadResvg(): Promise<typeof Resvg> {
  loaded ??= load().catch((error: unknown) => {
    loaded = undefined // another call may succeed
    throw error
  })
  return loaded
}

async function load(): Promise<typeof Resvg> {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm')
  const file = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')
  await initWasm(await reading(file, () => readFile(file)))
  return Resvg
}
