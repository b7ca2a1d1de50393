import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { imageShape, pixelsOf } from '../../../src/data/arrays/image-array.js'
import { inferDataset } from '../../../src/data/arrays/infer-dataset.js'
import { labelsOf } from '../../../src/data/arrays/label-array.js'
import { imageTypes, labelTypes } from '../../../src/data/arrays/npy-array.js'
import { readArray } from '../../../src/data/arrays/read-array.js'
import { encodeNpy } from '../../../src/files/npy.js'
import { zip } from '../../data/zip-file.js'
import { expectRefusal, type Target } from '../target.js'

/** Images and labels in a .npy or .npz file. */
export const arrays: Target = {
  seeds: () => {
    const [images, labels, numbers] = [
      encodeNpy(new Uint8Array(2 * 3 * 6 * 5), [2, 6, 5, 3]),
      encodeNpy(Int32Array.of(1, 0), [2, 1]),
      encodeNpy(new Float32Array(2 * 6 * 5), [2, 6, 5]),
    ].map((parts) => Buffer.concat(parts)) as [Buffer, Buffer, Buffer]
    const packed = (isStored: boolean) => zip([{ name: 'a.npy', content: images, isStored }])
    return [images, labels, numbers, packed(true), packed(false)]
  },
  tokens: [
    ...[
      "'descr': ",
      "'fortran_order': True",
      "'shape': (",
      "'|u1'",
      "'<f4'",
      "'<i8'",
      "'>f4'",
      "'|O'",
      '9007199254740993',
    ],
    ...['\x93NUMPY', '(0, ', ', }', '()', '.npy', 'PK\x01\x02', 'PK\x05\x06', '\x00\x00\xc0\x7f'],
  ],
  run: (input, folder) => {
    const isArchive = input[0] === 'P'.charCodeAt(0)
    const file = join(folder, isArchive ? 'a.npz' : 'a.npy')
    writeFileSync(file, input)
    const path = isArchive ? `${file}/a` : file
    return expectRefusal(async () => {
      const labels = await readArray(path, labelTypes)
        .then((content) => labelsOf(content, path))
        .catch(refused)
      const content = await readArray(path, imageTypes)
      if (labels !== undefined && !isArchive) {
        const split = { images: path, labels: path }
        inferDataset({ train: split, test: split }, null, {})
      }
      pixelsOf(content, imageShape(content.shape, null, path), path)
    })
  },
}

/** Lets the file be read as images, too, if it is refused as labels. */
const refused = async (error: unknown): Promise<undefined> => {
  await expectRefusal(() => {
    throw error
  })
  return undefined
}
