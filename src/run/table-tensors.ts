import { LayerTable } from '../rotation/layer-table.js'
import type { ExactTensor } from '../weights/safetensors.js'

/** Reads a tensor of doubles from a file; throws if the file has no tensor of this name or it has another shape. */
export type TakeDoubles = (name: string, shape: readonly number[]) => Float64Array

/** Stores a table as tensors: '<prefix>.steps' [records] and '<prefix>.columns.<name>' [records][layers]. */
export function tableTensors(prefix: string, table: LayerTable): ExactTensor[] {
  const shape = [table.steps.length, table.layers.length]
  return [
    { name: `${prefix}.steps`, shape: [table.steps.length], data: Float64Array.from(table.steps) },
    ...table.columns.map((name) => ({ name: `${prefix}.columns.${name}`, shape, data: table.column(name) })),
  ]
}

/**
 * Restores the table that tableTensors stored.
 *
 * @param names names of all tensors in the file
 * @param fail reports invalid steps
 */
export function tableFrom(
  prefix: string,
  layers: readonly string[],
  records: number,
  names: Iterable<string>,
  take: TakeDoubles,
  fail: (problem: string) => never,
): LayerTable {
  const steps = take(`${prefix}.steps`, [records])
  const ascending = steps.every((step, i) => Number.isInteger(step) && step > (steps[i - 1] ?? 0) && step < 2 ** 31)
  if (!ascending) fail(`${prefix}.steps are not ascending whole numbers`)
  const columns = `${prefix}.columns.`
  const values = [...names]
    .filter((name) => name.startsWith(columns))
    .map((name) => [name.slice(columns.length), take(name, [records, layers.length])] as const)
  return new LayerTable(layers, Int32Array.from(steps), new Map(values))
}
