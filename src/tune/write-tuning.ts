import { join } from 'node:path'
import { csvCell } from '../files/csv-cell.js'
import { json } from '../files/json.js'
import { writeWhole } from '../files/write.js'
import { packageVersion } from '../version.js'
import type { Tuning } from './tuning.js'
import { rotationOf } from './turning.js'

/** Grows with every change of tune.json that an earlier reader could not read. */
const format = 1

/** The columns of tune.csv: a row for each layer of each short run. */
const columns = ['value', 'seed', 'layer', 'middle', 'rotation', 'exponent', 'turning', 'whole_rotation']

/** A tuning as JSON holds it: the content of tune.json. */
export const tuningRecord = ({ folder: _, ...tuning }: Tuning) => ({
  format,
  layerRotation: packageVersion(),
  ...tuning,
})

/** Writes tune.json and tune.csv into the folder of a tuning. @throws {LayerRotationError} WRITE_FAILED */
export async function writeTuning(tuning: Tuning): Promise<void> {
  const rows = tuning.candidates.flatMap(({ value, layers }) =>
    layers.map(({ seed, layer, isMiddle, rotation, exponent, turning }) => {
      const plain = typeof value === 'object' ? JSON.stringify(value) : value
      return [plain, seed, layer, isMiddle, rotation, exponent, turning, rotationOf(turning)]
    }),
  )
  const lines = [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`)
  await writeWhole(join(tuning.folder, 'tune.csv'), lines.join(''))
  await writeWhole(join(tuning.folder, 'tune.json'), json(tuningRecord(tuning)))
}
