import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { imageBytes, recordBytes } from '../../../src/data/cifar/cifar-layout.js'
import { cifar100Layout } from '../../../src/data/cifar/cifar100.js'
import { cifar10Layout } from '../../../src/data/cifar/cifar10.js'
import { parseRecords } from '../../../src/data/cifar/cifar-records.js'
import { readExactly } from '../../../src/files/read-exactly.js'
import { cifarFile } from '../../data/cifar-files.js'
import { expectRefusal, type Target } from '../target.js'

const records = 2

/** Binary files of CIFAR-10 or, where the first byte is odd, CIFAR-100; of two images. */
export const cifar: Target = {
  seeds: () =>
    [cifar10Layout, cifar100Layout].map((layout, i) =>
      Buffer.concat([Buffer.of(i), cifarFile(layout, { name: '', records })]),
    ),
  run: (input, folder) => {
    const layout = (input[0] ?? 0) & 1 ? cifar100Layout : cifar10Layout
    const path = join(folder, 'batch.bin')
    writeFileSync(path, input.subarray(1))
    const split = { images: new Uint8Array(records * imageBytes), labels: new Int32Array(records) }
    return expectRefusal(async () => {
      const bytes = await readExactly(path, { record: recordBytes(layout), count: records })
      for (const label of layout.labels.keys()) parseRecords(bytes, layout, label, path, split, 0)
    })
  },
}
