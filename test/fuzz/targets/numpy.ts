import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { written } from '../../checkpoints/written/expected.js'
import { zip } from '../../data/zip-file.js'
import { readTensors } from '../read-tensors.js'
import { bytesOf, expectRefusal, type Target } from '../target.js'

/** A .npy or .npz file. */
export const numpyFile: Target = {
  seeds: () => [
    ...['npy/step0.npy', 'npz-float16/step0.npz', 'npz-compressed/step0.npz', 'odd/objects.npz'].map((name) =>
      readFileSync(written(name)),
    ),
    npy("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 1), }", 16),
    zip([{ name: 'a.npy', content: Buffer.from(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 4)) }]),
  ],
  tokens: [
    ...[
      "'descr': ",
      "'fortran_order': True",
      "'shape': (",
      "'<f4'",
      "'<f2'",
      "'>f8'",
      "'|O'",
      "'|V2'",
      '9007199254740993',
    ],
    ...['\x93NUMPY', '\x02\x00', ', }', '()', '.npy', 'PK\x01\x02', 'PK\x05\x06'],
  ],
  run: (input, folder) => {
    const path = join(folder, 'weights.npz')
    writeFileSync(path, input)
    return expectRefusal(() => readTensors(path))
  },
}

function npy(header: string, bytes: number): Uint8Array {
  const head = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1')
  head.writeUInt16LE(header.length, 8)
  return Buffer.concat([head, bytesOf(header), Buffer.alloc(bytes, 1)])
}
