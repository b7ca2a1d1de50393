import { join } from 'node:path'
import { csvCell } from '../files/csv-cell.js'
import { json } from '../files/json.js'
import { makeOwnFolder } from '../files/own-folder.js'
import { writeWhole } from '../files/write.js'
import { packageVersion } from '../version.js'
import type { RateSearch } from './rate-search.js'

/** Grows with every change of find-rate.json that an earlier reader could not read. */
const format = 1

/** A search as JSON holds it: the content of find-rate.json. */
export const searchRecord = ({ rates, losses, smoothedLosses, angles, rotations, ...search }: RateSearch) => ({
  format,
  layerRotation: packageVersion(),
  ...search,
  rates: [...rates],
  losses: [...losses],
  smoothedLosses: [...smoothedLosses],
  angles: rowsOf(angles, search.layers.length),
  rotations: rowsOf(rotations, search.layers.length),
})

const rowsOf = (values: Float64Array, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, row) => [...values.subarray(row * width, (row + 1) * width)])

/**
 * Writes find-rate.json, and find-rate.csv with a row for each step and layer, replacing those of an earlier search.
 *
 * @throws {LayerRotationError} WRITE_FAILED; INVALID_FILE if the folder is a link
 */
export async function writeSearch(search: RateSearch, folder: string): Promise<void> {
  const { layers, rates, losses, smoothedLosses, angles, rotations } = search
  const header = ['step', 'rate', 'loss', 'smoothed_loss', 'layer', 'angle', 'rotation']
  const rows = Array.from(rates, (rate, step) =>
    layers.map((layer, i) => {
      const place = step * layers.length + i
      return [step + 1, rate, losses[step]!, smoothedLosses[step]!, layer, angles[place]!, rotations[place]!]
    }),
  )
  const lines = [header, ...rows.flat()].map((row) => `${row.map(csvCell).join(',')}\r\n`)
  await makeOwnFolder(folder)
  await writeWhole(join(folder, 'find-rate.csv'), lines.join(''))
  await writeWhole(join(folder, 'find-rate.json'), json(searchRecord(search)))
}
