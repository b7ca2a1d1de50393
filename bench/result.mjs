import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { machine, machineTag, slug } from './machine.mjs'

export const results = fileURLToPath(new URL('results/', import.meta.url))
const packageFile = new URL('../package.json', import.meta.url)

/** @param {Record<string, string>} versions besides those of Node and of this package */
export function versionsOf(versions) {
  const { version } = /** @type {{ version: string }} */ (JSON.parse(readFileSync(packageFile, 'utf8')))
  return { layerRotation: version, node: process.versions.node, ...versions }
}

/**
 * Writes <name>-<machine>-<date>.json into bench/results/, or into `folder`; `tag` replaces the machine's name.
 * @param {string} name
 * @param {object} measured
 * @param {Record<string, string>} versions besides those of Node and of this package
 * @param {{ folder?: string, tag?: string }} [options]
 * @returns {string} the file
 */
export function writeResult(name, measured, versions, { folder = results, tag } = {}) {
  const here = machine()
  const date = new Date().toISOString()
  const file = join(folder, `${name}-${tag ? slug(tag) : machineTag(here)}-${date.slice(0, 10)}.json`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    file,
    JSON.stringify({ name, date, machine: here, versions: versionsOf(versions), ...measured }, null, 2) + '\n',
  )
  return file
}
