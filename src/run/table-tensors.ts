import { LayerTable } from '../rotation/layer-table.js'
import type { ExactTensor } from '../weights/safetensors.js'

/** Takes a tensor of doubles out of a file; throws where there is none, or one of another shape. */
export type TakeDoubles = (name: string, shape: readonly number[]) => Float64Array

/** A table as tensors: '<prefix>.steps' [records] and '<prefix>.columns.<name>' [records][layers]. */
export function tableTensors(prefix: string, table: LayerTable): ExactTensor[] {
  const shape = [table.steps.length, table.layers.length]
  return [
    { name: `${prefix}.steps`, shape: [table.steps.length], data: Float64Array.from(table.steps) },
    ...table.columns.map((name) => ({ name: `${prefix}.columns.${name}`, shape, data: table.column(name) })),
  ]
}

/**
 * The table that tableTensors wrote.
 *
 * @param names of all tensors there are
 * @param fail reports steps that cannot be
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
