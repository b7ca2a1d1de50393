import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { written } from '../../checkpoints/written/expected.js'
import { readTensors } from '../read-tensors.js'
import { expectRefusal, type Target } from '../target.js'

/** An HDF5 file, or an archive of Keras with one. */
export const hdf5File: Target = {
  seeds: () =>
    ['hdf5/step0.h5', 'odd/big.h5', 'keras-weights/step0.weights.h5', 'keras/step0.keras'].map((name) =>
      readFileSync(written(name)),
    ),
  tokens: [
    '\x89HDF\r\n\x1a\n',
    'TREE',
    'SNOD',
    'HEAP',
    'OHDR',
    'GCOL',
    'FRHP',
    'BTHD',
    'layers/',
    'vars',
    '/dev/stdin',
    'deflate',
  ],
  run: (input, folder) => {
    const path = join(folder, 'weights.h5')
    writeFileSync(path, input)
    return expectRefusal(() => readTensors(path))
  },
}
