import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { inferDataset } from '../../../src/data/arrays/infer-dataset.js'
import { readDataset } from '../../../src/data/arrays/read-dataset.js'
import { noise, image } from '../../data/image-files.js'
import { expectRefusal, type Target } from '../target.js'

/** Images and labels in a Parquet file. The corpus has lists of pixels as pyarrow writes them. */
export const parquet: Target = {
  seeds: async () => {
    const png = new Uint8Array(
      await image(noise(2, 2, 3), 2, 2, 3)
        .png()
        .toBuffer(),
    )
    const label = { name: 'label', data: Int32Array.of(0, 1, 0), type: 'INT32' as const, nullable: false }
    const images = { name: 'image', data: [png, png, png], type: 'BYTE_ARRAY' as const }
    return (['UNCOMPRESSED', 'SNAPPY'] as const).map(
      (codec) => new Uint8Array(parquetWriteBuffer({ columnData: [images, label], codec })),
    )
  },
  tokens: [
    'PAR1',
    'image',
    'label',
    'bytes',
    'list',
    'element',
    '\x15\x00',
    '\xff\xff\xff\xff\x0f',
    '\x28\xb5\x2f\xfd',
    '\x1f\x8b\x08',
  ],
  run: async (input, folder) => {
    const path = join(folder, 'a.parquet')
    writeFileSync(path, input)
    const split = { images: path, labels: path }
    const splits = { train: split, test: split }
    await expectRefusal(() => void inferDataset(splits, null, {}))
    for (const shape of [
      [1, 2, 2],
      [3, 2, 2],
    ] as [number, number, number][]) {
      await expectRefusal(() => readDataset({ ...splits, shape, classes: 2, layout: null }, {}))
    }
  },
}
