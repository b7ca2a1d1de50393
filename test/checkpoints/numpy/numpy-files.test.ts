import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { readCheckpoint } from '../../../src/checkpoints/read-checkpoint.js'
import { measureCheckpoints } from '../../../src/measure/measure-checkpoints.js'
import { zip } from '../../data/zip-file.js'
import { failure } from '../../support/failure.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { expectNumbers, written } from '../written/expected.js'

test.each([
  ['savez', 'npz', 'float64'],
  ['savez_compressed', 'npz-compressed', 'float64'],
  ['savez of float16', 'npz-float16', 'float16'],
  ["savez in Fortran's order", 'npz-fortran', 'float64'],
] as const)('files of numpy.%s give the numbers that NumPy calculates', (_, series, precision) =>
  expectNumbers(series, precision),
)

test('a file of numpy.save is one layer', () => expectNumbers('npy', 'float32', { fc: 'array' }))

test("Fortran's order is told, and not compared with another one", async () => {
  const { tensors } = await readCheckpoint(written('npz-fortran/step0.npz'))
  expect(tensors.map(({ name, order }) => [name, order])).toEqual([
    ['conv', [3, 2, 1, 0]],
    ['fc', [1, 0]],
  ])
  const { notes } = await measureCheckpoints([written('npz/step0.npz'), written('npz-fortran/step10.npz')])
  expect(notes[0]).toContain('the elements of conv are in another order')
})

test('compressed arrays leave nothing behind', async () => {
  const folder = temporaryFolder()
  vi.stubEnv('TMPDIR', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  const found: string[][] = []
  await measureCheckpoints(written('npz-compressed'), { onCheckpoint: () => void found.push(readdirSync(folder)) })
  expect(found.map((names) => names.length)).toEqual([1, 1, 1])
  expect(readdirSync(folder)).toEqual([])
})

test('arrays of objects and of unknown types are named, other ones passed over', async () => {
  const { tensors, notes } = await readCheckpoint(written('odd/objects.npz'))
  expect(tensors.map(({ name, shape, type }) => [name, shape, type])).toEqual([
    ['fc', [6, 4], 'F64'],
    ['scalar', [], 'F32'],
  ])
  expect(notes.map((note) => note.slice(note.indexOf(': ') + 2))).toEqual([
    'objects is left out, as it holds Python objects, which are never unpickled; save arrays of numbers',
    'half is left out, as it holds 2 bytes of no known type, such as bfloat16; save it with .astype("float32")',
  ])
})

test('big-endian arrays are refused, with a way out', async () => {
  expect(await failure(() => readCheckpoint(written('odd/big.npy')))).toMatch(
    /^INVALID_FILE: .*big.npy: array is big-endian; save it with .astype\("<f4"\)$/,
  )
})

const file = (name: string, content: Buffer): string => {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, content)
  return path
}

test('an array that ends too early is refused', async () => {
  const whole = readFileSync(written('npy/step0.npy'))
  for (const length of [8, 60, whole.length - 1]) {
    const cut = file('cut.npy', whole.subarray(0, length))
    expect(await failure(() => readCheckpoint(cut))).toMatch(/^INVALID_FILE: .*cut.npy: array (has|of shape)/)
  }
})

test('an archive that claims more than it holds is refused', async () => {
  const content = readFileSync(written('npy/step0.npy'))
  const claims = (claimedSize: number) => file('claims.npz', zip([{ name: 'fc.npy', content, claimedSize }]))
  expect(await failure(() => readCheckpoint(claims(2 ** 30)))).toContain('fc.npy cannot have 1073741824 bytes')
  const more = Buffer.concat([content, content])
  const lie = file('lie.npz', zip([{ name: 'fc.npy', content: more, claimedSize: content.length }]))
  expect(await failure(() => measureCheckpoints(lie))).toMatch(
    /^INVALID_FILE: .*lie.npz: fc has more bytes; expected 96$/,
  )
})

test('an archive of other files is refused', async () => {
  const other = file('other.npz', zip([{ name: 'readme.txt', content: Buffer.from('nothing') }]))
  expect(await failure(() => readCheckpoint(other))).toContain('is a ZIP archive without weights')
})
