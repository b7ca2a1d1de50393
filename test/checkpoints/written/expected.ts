import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { measureCheckpoints } from '../../../src/measure/measure-checkpoints.js'

/** The path of a checkpoint that other programs wrote: see write.py. */
export const written = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

type Precision = 'float64' | 'float32' | 'float16' | 'bfloat16'

const numbers = JSON.parse(readFileSync(written('expected.json'), 'utf8')) as Record<
  Precision,
  Record<'conv' | 'fc', Record<'rotation' | 'norm', number[]>>
>

/**
 * Checks that a series of write.py gives NumPy's numbers, and says nothing beside.
 *
 * @param names the names of the layers `conv` and `fc`, of which a series may lack one
 */
export async function expectNumbers(
  series: string,
  precision: Precision = 'float64',
  names: Partial<Record<'conv' | 'fc', string>> = { conv: 'conv', fc: 'fc' },
): Promise<void> {
  const { checkpoints, table, notes } = await measureCheckpoints(written(series))
  expect(notes).toEqual([])
  expect(checkpoints.map(({ step }) => step)).toEqual([0, 10, 20])
  expect(table.layers).toEqual(Object.values(names))
  for (const [layer, name] of Object.entries(names) as ['conv' | 'fc', string][]) {
    for (const column of ['rotation', 'norm'] as const) {
      const found = table.layer(name, column)
      numbers[precision][layer][column].forEach((number, i) => expect(found[i]).toBeCloseTo(number, 12))
    }
  }
}
