import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeLayerTable } from '../../../src/rotation/parquet.js'
import { readStepRecords } from '../../../src/run/step-records.js'
import { LayerTable } from '../../../src/rotation/layer-table.js'
import { expectRefusal, type Target } from '../target.js'

const layers = ['dense0', 'dense1']

/** A part of steps/, alone or, where the first byte is odd, behind a sound one. */
export const steps: Target = {
  seeds: async () => {
    const parts = await Promise.all([part(3), part(1), part(0)])
    return parts.flatMap((bytes) => [0, 1].map((kind) => Buffer.concat([Buffer.of(kind), bytes])))
  },
  tokens: ['PAR1', 'step', 'layer', 'rotation', 'dense0', 'dense1', '\x15\x00', '\xff\xff\xff\xff\x0f'],
  run: async (input, folder) => {
    const place = join(folder, 'steps')
    rmSync(place, { recursive: true, force: true })
    mkdirSync(place)
    if ((input[0] ?? 0) & 1) writeFileSync(join(place, 'epoch-00000.parquet'), await part(2))
    writeFileSync(join(place, 'epoch-00001.parquet'), input.subarray(1))
    await expectRefusal(async () => {
      const table = await readStepRecords(place, layers)
      for (const name of table.columns) {
        if (table.column(name).length !== table.length) throw new Error(`${name} has another length`)
      }
    })
    await expectRefusal(() => readStepRecords(place, layers, ['rotation']))
  },
}

function part(records: number): Promise<Uint8Array> {
  const values = (scale: number) => Float64Array.from({ length: records * layers.length }, (_, i) => scale * i)
  const columns = new Map([
    ['rotation', values(0.1)],
    ['angle', values(0.01)],
  ])
  return encodeLayerTable(
    new LayerTable(
      layers,
      Int32Array.from({ length: records }, (_, i) => i + 1),
      columns,
    ),
  )
}
