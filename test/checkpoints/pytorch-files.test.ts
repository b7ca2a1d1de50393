import { existsSync, mkdtempSync, rmSync } from 'node:fs'
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
let expected: Record<'conv' | 'fc', Record<'rotation' | 'norm' | 'half', number[]>>

beforeAll(async () => {
  expected = (await pytorch('test/checkpoints/saved_by_pytorch.py', folder)) as typeof expected
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true }))

describe.each([
  ['state dicts', 'state', 'rotation'],
  ['checkpoints with an optimizer', 'nested', 'rotation'],
  ['whole modules', 'module', 'rotation'],
  ['bfloat16', 'half', 'half'],
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

test('weights in another order of memory are not compared, and said to be so', async () => {
  const { table, notes } = await measureCheckpoints(join(folder, 'last'))
  expect(table.layer('conv')[1]).toBeNaN()
  expect(table.layer('fc')[1]).toBeGreaterThan(0)
  expect(notes[0]).toContain('the elements of conv are in another order, such as channels_last')
})

test('tied tensors count once, gaps and other types are left out', async () => {
  const { tensors, notes } = await readCheckpoint(join(folder, 'odd', 'tied.pt'))
  expect(tensors.map(({ name, shape, type, order }) => [name, shape, type, order])).toEqual([
    ['a.weight', [6, 4], 'F32', undefined],
    ['turned.weight', [4, 6], 'F32', [1, 0]],
    ['part.weight', [2, 4], 'F32', undefined],
    ['scalar', [], 'F32', undefined],
    ['empty.weight', [0, 3], 'F32', undefined],
    ['fp8.weight', [6, 4], 'F8_E4M3', undefined],
  ])
  expect(notes.map((note) => note.slice(note.indexOf(': ') + 2))).toEqual([
    'b.weight is tied to a.weight, and counts once',
    'view.weight is left out, as its elements have gaps; save it with .contiguous()',
  ])
})

test('nothing that a pickle asks for is done', async () => {
  const { tensors } = await readCheckpoint(join(folder, 'odd', 'evil.pt'))
  expect(tensors.map(({ name }) => name)).toEqual(['w'])
  expect(existsSync(join(folder, 'TOUCHED'))).toBe(false)
})

test('files that are not read say what to do', async () => {
  const at = (name: string) => failure(() => readCheckpoint(join(folder, 'odd', name)))
  expect(await at('legacy.pt')).toMatch(/^INVALID_FILE: .*legacy.pt is not a safetensors file but a pickle.*; /)
  expect(await at('script.pt')).toContain('it is a TorchScript archive; save the state_dict instead')
})
