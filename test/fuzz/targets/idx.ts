import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readIdx } from '../../../src/data/mnist/idx.js'
import { idx as idxFile } from '../../data/idx-file.js'
import { expectRefusal, type Target } from '../target.js'

const expectations = [
  { content: 'images', shape: [null, 2, 3] },
  { content: 'labels', shape: [null] },
]

/** Reads an IDX file. The first byte says which file to expect, and whether the rest is packed before it is read. */
export const idx: Target = {
  seeds: () => {
    const images = idxFile([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    const labels = idxFile([4], [0, 1, 2, 3])
    const kinds: [number, Buffer][] = [
      [0, images],
      [1, labels],
      [2, images],
      [3, labels],
      [0, gzipSync(images)],
      [1, gzipSync(labels)],
    ]
    return kinds.map(([kind, bytes]) => Buffer.concat([Buffer.of(kind), bytes]))
  },
  tokens: ['\x1f\x8b\x08', '\x1f\x8b\x08\x1c', '\0\0\x08\x03', '\0\0\x08\x01'],
  run: (input, folder) => {
    const [kind = 0] = input
    const path = join(folder, 'idx')
    writeFileSync(path, kind & 2 ? gzipSync(input.subarray(1), { level: 1 }) : input.subarray(1))
    return expectRefusal(async () => {
      const { shape, data } = await readIdx(path, expectations[kind & 1]!)
      if (shape.reduce((product, length) => product * length, 1) !== data.length)
        throw new Error(`shape ${shape.join()}`)
    })
  },
}
