import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCheckpoint } from '../../../src/checkpoints/read-checkpoint.js'
import { failure } from '../../support/failure.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { expectNumbers, written } from '../written/expected.js'

test.each([
  ['.keras files', 'keras', { fc: 'fc' }],
  ['weights of Keras 3', 'keras-weights', { fc: 'fc' }],
  ['whole models of Keras in HDF5', 'keras-model', { fc: 'fc.kernel' }],
] as const)('%s give the numbers that NumPy calculates', (_, series, names) => expectNumbers(series, 'float32', names))

test('compressed and plain data sets of h5py give the numbers that NumPy calculates', () => expectNumbers('hdf5'))

test.each([
  ['.keras files', 'keras-bfloat16', 'fc'],
  ['whole models of Keras in HDF5', 'keras-model-bfloat16', 'fc.kernel'],
  ["HDF5's own description of the format", 'hdf5-bfloat16', 'fc'],
])('bfloat16 in %s gives the numbers that NumPy calculates', (_, series, fc) =>
  expectNumbers(series, 'bfloat16', { fc }),
)

test('numbers of 2 bytes whose format cannot be told are named', async () => {
  const { tensors, notes } = await readCheckpoint(written('odd/halves.h5'))
  expect(tensors).toEqual([])
  expect(notes.map((note) => note.slice(note.indexOf(': ') + 2))).toEqual([
    'fc is left out, as it holds 2 bytes which may be float16 or bfloat16; save it as float32',
    'half is left out, as it holds 2 bytes which may be float16 or bfloat16; save it as float32',
    'opaque is left out, as it holds 2 bytes of no known type, such as bfloat16; save it as float32',
  ])
})

test('optimizers are left out', async () => {
  for (const name of ['keras/step0.keras', 'keras-weights/step0.weights.h5']) {
    const { tensors } = await readCheckpoint(written(name))
    expect(tensors.map((tensor) => tensor.name)).toEqual(['fc.weight', 'fc.1'])
  }
})

test('big-endian data sets are named; links lead nowhere else', async () => {
  const { tensors, notes } = await readCheckpoint(written('odd/big.h5'))
  expect(tensors.map(({ name, type }) => [name, type])).toEqual([
    ['again', 'F16'],
    ['half', 'F16'],
    ['outside', 'F32'],
  ])
  expect(notes).toEqual([expect.stringContaining('big is left out, as it is big-endian; copy it by h5py')])
})

test('a damaged file is refused', async () => {
  const whole = readFileSync(written('hdf5/step0.h5'))
  const file = join(temporaryFolder(), 'cut.h5')
  for (const length of [20, 1000, whole.length - 100]) {
    writeFileSync(file, whole.subarray(0, length))
    expect(await failure(() => readCheckpoint(file))).toMatch(/^INVALID_FILE: .*cut.h5 is not a valid HDF5 file: /)
  }
  // The library goes on with the next file.
  await expectNumbers('hdf5')
})
