import { knownMean } from './mean.js'
import { RotationTable } from './rotation-table.js'

/**
 * The mean of the rotations of several runs, layer by layer: at each epoch over the runs that were measured there.
 *
 * @param tables of the same layers, at least one
 */
export function meanRotation(tables: readonly RotationTable[]): RotationTable {
  const { layers } = tables[0]!
  const epochs = [...new Set(tables.flatMap((table) => table.epochs))].sort((a, b) => a - b)
  const rowOf = tables.map((table) => new Map(table.epochs.map((epoch, row) => [epoch, row])))
  const columns = layers.map((layer) => {
    const values = tables.map((table) => table.layer(layer))
    return epochs.map((epoch) => {
      const measured = values.flatMap((column, i) => {
        const row = rowOf[i]!.get(epoch)
        return row === undefined ? [] : [column[row]!]
      })
      return knownMean(measured).mean
    })
  })
  return new RotationTable(
    layers,
    epochs,
    epochs.map((_, row) => columns.map((column) => column[row]!)),
  )
}
