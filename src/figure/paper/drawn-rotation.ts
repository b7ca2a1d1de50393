import { meanRotation } from '../../rotation/mean-rotation.js'
import { RotationTable } from '../../rotation/rotation-table.js'
import type { TrainedRun } from '../../run/open-run.js'
import { unlessUnreadable } from '../../study/unless-unreadable.js'

/**
 * The positions at which the authors drew their records of the rotation.
 *
 * - 'shifted': a record after the first update of each epoch, and 0 before them: x = k is the state after k - 1 epochs and one
 *   update.
 * - 'recorded': the same without the 0: x = k is the state after k epochs and one update.
 * - 'updates': a record after every update, and 0 before them: x = k is the state after k updates.
 */
export type Moments = 'shifted' | 'recorded' | 'updates'

/**
 * The mean rotation of the layers of runs that differ by their seed only, at the authors' moments.
 *
 * @param runs of the same layers
 * @param cut the largest x
 * @returns a table whose epochs are positions on the x axis; undefined without runs whose records can be read
 */
export async function drawnRotation(
  runs: readonly TrainedRun[],
  moments: Moments,
  cut: number,
): Promise<RotationTable | undefined> {
  const tables: RotationTable[] = []
  for (const run of runs) {
    // The records of a run may be damaged, or be those of the first steps only.
    const table = await unlessUnreadable(() => (moments === 'updates' ? rotationByUpdate(run) : run.paperRotation()))
    if (table === undefined) continue
    // The first row of a table are zeros, before any update.
    tables.push(placed(table, moments === 'recorded' ? 1 : 0, cut))
  }
  return tables.length === 0 ? undefined : meanRotation(tables)
}

/** The rotation before and after each update. */
async function rotationByUpdate(run: TrainedRun): Promise<RotationTable> {
  const table = await run.steps(['rotation'])
  const { layers, steps } = table
  const rotation = table.length > 0 ? table.column('rotation') : new Float64Array()
  const rows = Array.from(steps, (_, record) =>
    Array.from(rotation.subarray(record * layers.length, (record + 1) * layers.length)),
  )
  return new RotationTable(layers, [0, ...steps], [layers.map(() => 0), ...rows])
}

/** The rows of a table from `begin` on, at the positions 0, 1, 2 … `cut`. */
function placed(table: RotationTable, begin: number, cut: number): RotationTable {
  const columns = table.layers.map((layer) => table.layer(layer).slice(begin, begin + cut + 1))
  const positions = Array.from({ length: columns[0]?.length ?? 0 }, (_, x) => x)
  return new RotationTable(
    table.layers,
    positions,
    positions.map((x) => columns.map((column) => column[x]!)),
  )
}
