import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCheckpoint } from '../../../src/checkpoints/read-checkpoint.js'
import { failure } from '../../support/failure.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { expectNumbers, written } from '../written/expected.js'

test.each(['float32', 'float16'] as const)('files of llama.cpp in %s give the numbers that NumPy calculates', (type) =>
  expectNumbers(`gguf-${type}`, type),
)

test('names stay, shapes are those of PyTorch, quantised tensors are named', async () => {
  const { tensors, notes } = await readCheckpoint(written('odd/quantised.gguf'))
  expect(tensors.map(({ name, shape, type }) => [name, shape, type])).toEqual([
    ['blk.0.attn_q.weight', [3, 64], 'BF16'],
    ['blk.0.attn_norm.weight', [64], 'F32'],
  ])
  expect(notes).toEqual([expect.stringContaining('blk.0.attn_k.weight is quantised and left out; measure the file')])
})

const whole = readFileSync(written('gguf-float32/step0.gguf'))
const refusal = (bytes: Buffer): Promise<string> => {
  const file = join(temporaryFolder(), 'changed.gguf')
  writeFileSync(file, bytes)
  return failure(() => readCheckpoint(file))
}

test.each([
  ['its header ends within', (bytes: Buffer) => bytes.subarray(0, 200)],
  ['fc ends at byte', (bytes: Buffer) => bytes.subarray(0, -64)],
  ['its version is 1; expected 2 or 3', (bytes: Buffer) => void bytes.writeUInt32LE(1, 4)],
  ['its byte order is big; expected little', (bytes: Buffer) => void bytes.writeUInt32BE(3, 4)],
  ['appears twice', (bytes: Buffer) => void bytes.writeBigUInt64LE(2n ** 40n, 8)],
  ['found the number', (bytes: Buffer) => void bytes.writeBigUInt64LE(2n ** 60n, 16)],
])('a damaged file is refused: %s', async (problem, damage) => {
  const bytes = Buffer.from(whole)
  expect(await refusal(damage(bytes) ?? bytes)).toMatch(new RegExp(`^INVALID_FILE: .*changed.gguf.*: .*${problem}`))
})
