import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Resvg } from '@resvg/resvg-wasm'

let loaded: Promise<typeof Resvg> | undefined

/**
 * Loads the renderer of SVG at the first call. It is the WebAssembly build of resvg: where the native one aborts the whole
 * process, this one throws.
 */
export function loadResvg(): Promise<typeof Resvg> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<typeof Resvg> {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm')
  await initWasm(await readFile(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')))
  return Resvg
}
