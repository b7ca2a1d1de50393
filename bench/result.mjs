import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { machine, machineTag } from './machine.mjs'

const packageFile = new URL('../package.json', import.meta.url)

/**
 * Writes bench/results/<name>-<machine>-<date>.json.
 * @param {string} name
 * @param {object} measured
 * @param {Record<string, string>} versions besides those of Node and of this package
 * @returns {string} the file
 */
export function writeResult(name, measured, versions) {
  const { version } = /** @type {{ version: string }} */ (JSON.parse(readFileSync(packageFile, 'utf8')))
  const here = machine()
  const date = new Date().toISOString()
  const folder = fileURLToPath(new URL('results/', import.meta.url))
  const file = `${folder}${name}-${machineTag(here)}-${date.slice(0, 10)}.json`
  const versionsOfAll = { layerRotation: version, node: process.versions.node, ...versions }
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    file,
    JSON.stringify({ name, date, machine: here, versions: versionsOfAll, ...measured }, null, 2) + '\n',
  )
  return file
}
