import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCheckpoint } from '../../src/checkpoints/read-checkpoint.js'
import { measureCheckpoints } from '../../src/measure/measure-checkpoints.js'
import { failure } from '../support/failure.js'
import { needsPyTorch, pytorch } from '../support/pytorch/pytorch.js'

needsPyTorch()

const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-pytorch-'))
/** PyTorch's own numbers, at steps 0, 10 and 20. */
let expected: Record<
  'conv' | 'fc',
  Record<'rotation' | 'norm' | 'half', number[]> & { spectral: Record<string, (number | null)[]> }
> & { groups: Record<string, Record<string, (number | null)[]>> }

beforeAll(async () => {
  expected = (await pytorch('test/checkpoints/saved_by_pytorch.py', folder)) as typeof expected
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true }))

describe.each([
  ['state dicts', 'state', 'rotation'],
  ['checkpoints with an optimizer', 'nested', 'rotation'],
  ['whole modules', 'module', 'rotation'],
  ['bfloat16', 'half', 'half'],
  ['distributed checkpoints of one process', 'distributed', 'rotation'],
  ['TorchScript', 'script', 'rotation'],
  ['legacy state dicts', 'legacy/state', 'rotation'],
  ['legacy checkpoints with an optimizer', 'legacy/nested', 'rotation'],
  ['legacy whole modules', 'legacy/module', 'rotation'],
  ['legacy bfloat16', 'legacy/half', 'half'],
] as const)('files of PyTorch with %s', (_, name, column) => {
  test('give the rotations that PyTorch calculates in float64', async () => {
    const { checkpoints, table, layers, notes } = await measureCheckpoints(join(folder, name))
    expect(notes).toEqual([])
    expect(checkpoints.map(({ step }) => step)).toEqual([0, 10, 20])
    expect(layers.map((layer) => layer.name)).toEqual(['conv', 'fc'])
    for (const layer of ['conv', 'fc'] as const) {
      table.layer(layer).forEach((rotation, i) => expect(rotation).toBeCloseTo(expected[layer][column][i]!, 12))
      if (column === 'half') continue
      table.layer(layer, 'norm').forEach((norm, i) => expect(norm).toBeCloseTo(expected[layer].norm[i]!, 12))
    }
  })
})

test('singular values are those of torch.linalg.svdvals in float64', async () => {
  const { table } = await measureCheckpoints(join(folder, 'state'), { spectral: true })
  for (const layer of ['conv', 'fc'] as const) {
    for (const [column, values] of Object.entries(expected[layer].spectral)) {
      table.layer(layer, column).forEach((found, i) => {
        if (values[i] === null) expect(found).toBeNaN()
        else expect(found / values[i]!, `${layer} ${column}`).toBeCloseTo(1, 9)
      })
    }
  }
})

test('groups have the numbers that PyTorch calculates in float64 of their tensors as one vector', async () => {
  const { table, notes } = await measureCheckpoints(join(folder, 'groups'), { by: 'group' })
  expect(notes).toEqual([])
  expect(table.layers).toEqual(Object.keys(expected.groups))
  for (const [group, columns] of Object.entries(expected.groups)) {
    for (const [column, values] of Object.entries(columns)) {
      table.layer(group, column).forEach((found, i) => {
        if (values[i] === null) expect(found, `${group} ${column}`).toBeNaN()
        else expect(found, `${group} ${column}`).toBeCloseTo(values[i]!, 12)
      })
    }
  }
})

test('tensors that are more than a view of a storage are left out, and said to be so', async () => {
  const { tensors, notes } = await readCheckpoint(join(folder, 'odd/kinds.pt'))
  expect(tensors.map(({ name }) => name)).toEqual(['kept.weight'])
  expect(notes.map((note) => note.slice(note.indexOf(': ') + 2))).toEqual([
    'negated.weight is left out, as its elements are negated when they are read',
    'sparse.weight is left out, as it is sparse',
    'quantised.weight is left out, as it is quantised',
    'meta.weight is left out, as it has no elements',
    'other.weight is left out, as its elements are of the type float8_e4m3fnuz',
  ])
})

test('modules of any name count, and only what stands beside them does not', async () => {
  const namesIn = async (name: string) =>
    (await readCheckpoint(join(folder, 'odd', name))).tensors.map((tensor) => tensor.name)
  expect(await namesIn('names.pt')).toEqual(['amp_net.weight', 'scaler.weight', 'optimal.weight', 'rng.weight'])
  expect(await namesIn('beside.pt')).toEqual(['generator.w'])
})

test('a tied tensor is found under each of its names', async () => {
  const at = (name: string) => join(folder, 'odd', name)
  const { table, layers } = await measureCheckpoints([at('other-tied.pt'), at('embed.pt')])
  expect(layers.map(({ name, condition }) => [name, condition])).toEqual([
    ['head', null],
    ['fc', 'frozen'],
  ])
  expect(table.layer('head', 'relative_update')[1]).toBeCloseTo(1, 6)
  const chosen = await measureCheckpoints(at('other-tied.pt'), { layers: ['embed.*'] })
  expect(chosen.layers.map(({ name }) => name)).toEqual(['head'])
  const { layers: reversed } = await measureCheckpoints([at('embed.pt'), at('other-tied.pt')])
  expect(reversed.map(({ name }) => name)).toEqual(['embed', 'fc'])
  expect(reversed[0]!.condition).toBeNull()
})

test('weights in another order of memory are not compared, and said to be so', async () => {
  const { table, notes } = await measureCheckpoints(join(folder, 'last'))
  expect(table.layer('conv')[1]).toBeNaN()
  expect(table.layer('fc')[1]).toBeGreaterThan(0)
  expect(notes[0]).toContain('the elements of conv are in another order, such as channels_last')
})

test.each(['tied.pt', 'tied-legacy.pt'])(
  'in %s, tied tensors count once, gaps and other types are left out',
  async (name) => {
    const { tensors, notes } = await readCheckpoint(join(folder, 'odd', name))
    expect(tensors.map(({ name, shape, type, order }) => [name, shape, type, order])).toEqual([
      ['a.weight', [6, 4], 'F32', undefined],
      ['turned.weight', [4, 6], 'F32', [1, 0]],
      ['part.weight', [2, 4], 'F32', undefined],
      ['scalar', [], 'F32', undefined],
      ['empty.weight', [0, 3], 'F32', undefined],
      ['fp8.weight', [6, 4], 'F8_E4M3', undefined],
      ['f16.weight', [6, 4], 'F16', undefined],
      ['f64.weight', [6, 4], 'F64', undefined],
    ])
    expect(notes.map((note) => note.slice(note.indexOf(': ') + 2))).toEqual([
      'complex is left out, as its elements are of the type ComplexFloatStorage',
      'b.weight is tied to a.weight, and counts once',
      'view.weight is left out, as its elements have gaps; save it with .contiguous()',
    ])
  },
)

test('the tensors of a legacy file are those of the new format, also in their bits', async () => {
  const [first, second] = ['tied.pt', 'tied-legacy.pt'].map((name) => join(folder, 'odd', name))
  const { table, notes } = await measureCheckpoints([first!, second!], { layers: ['*'] })
  expect(notes.filter((note) => !/tied|gaps|Complex/.test(note))).toEqual([])
  for (const layer of ['a', 'part', 'turned', 'scalar', 'fp8', 'f16', 'f64']) {
    expect(table.layer(layer, 'relative_update')[1]).toBe(0)
  }
})

test('a legacy file may have another protocol of pickles', async () => {
  const { tensors } = await readCheckpoint(join(folder, 'odd', 'protocol-4.pt'))
  expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([['w', [6, 4]]])
})

test.each(['evil.pt', 'evil-legacy.pt'])('nothing that the pickle of %s asks for is done', async (name) => {
  const { tensors } = await readCheckpoint(join(folder, 'odd', name))
  expect(tensors.map(({ name }) => name)).toEqual(['w'])
  expect(existsSync(join(folder, 'TOUCHED'))).toBe(false)
})

test('the first versions of PyTorch wrote tar archives, which only PyTorch converts', async () => {
  const file = join(folder, 'first.pt')
  const header = Buffer.alloc(1024)
  header.write('storages')
  header.write('ustar', 257)
  writeFileSync(file, header)
  expect(await failure(() => readCheckpoint(file))).toMatch(
    /^INVALID_FILE: .*a tar archive of the first versions of PyTorch; .*torch\.save\(torch\.load/,
  )
})

describe('a legacy file is refused', () => {
  test('where it ends too early', async () => {
    const whole = readFileSync(join(folder, 'legacy/state/step0.pt'))
    const file = join(folder, 'cut.pt')
    for (const length of [100, 1000, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, length))
      expect(await failure(() => readCheckpoint(file))).toMatch(/^INVALID_FILE: .*cut.pt.* ends within/)
    }
  })

  test('if its byte order is big', async () => {
    const bytes = readFileSync(join(folder, 'odd/protocol-4.pt'))
    const file = join(folder, 'big.pt')
    const at = bytes.indexOf('little_endian') + 'little_endian'.length + 1
    expect(bytes[at]).toBe(0x88)
    bytes[at] = 0x89
    writeFileSync(file, bytes)
    expect(await failure(() => readCheckpoint(file))).toContain('its byte order is big; expected little')
  })
})
