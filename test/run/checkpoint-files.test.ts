import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LayerRotationError } from '../../src/errors.js'
import { encodeCheckpoint, readCheckpoint } from '../../src/run/checkpoint-files.js'
import type { TrainingCheckpoint } from '../../src/run/training-checkpoint.js'
import { LayerTable } from '../../src/rotation/layer-table.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { layers, whole } from './whole-checkpoint.js'

const atEpochEnd: TrainingCheckpoint = {
  ...whole,
  position: { epoch: 3, step: 0 },
  part: undefined,
  pending: undefined,
  lastEpoch: undefined,
}

function written(checkpoint: TrainingCheckpoint, change: (name: string, bytes: Buffer) => Uint8Array = (_, x) => x) {
  const folder = join(temporaryFolder(), 'checkpoint')
  mkdirSync(folder)
  for (const [name, content] of encodeCheckpoint(checkpoint)) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.concat(content)
    writeFileSync(join(folder, name), change(name, bytes))
  }
  return folder
}

test.each([
  ['within an epoch', whole],
  ['at its end', atEpochEnd],
  [
    'before the first step of an epoch whose rates are chosen',
    {
      ...whole,
      position: { epoch: 3, step: 0 },
      part: { ...whole.part!, steps: 0, table: new LayerTable(layers, new Int32Array(), new Map()) },
    },
  ],
])('a checkpoint %s is read back as it was written, to the last bit', async (_, checkpoint) => {
  expect(await readCheckpoint(written(checkpoint))).toEqual(checkpoint)
})

describe('a checkpoint is refused', () => {
  const state = 'checkpoint.json'
  const changed = (change: (state: Record<string, unknown>) => unknown) =>
    written(whole, (name, bytes) =>
      name === state
        ? Buffer.from(JSON.stringify(change(JSON.parse(bytes.toString()) as Record<string, unknown>)))
        : bytes,
    )

  test.each<[string, (state: Record<string, unknown>) => unknown, string]>([
    ['of a later format', (state) => ({ ...state, version: 2 }), 'version is 2; expected "1"'],
    ['with an unknown key', (state) => ({ ...state, code: 'x' }), 'code'],
    [
      'of a negative epoch',
      (state) => ({ ...state, position: { epoch: -1, step: 0 } }),
      'position.epoch is -1; expected at least 0',
    ],
    ['of no experiment', (state) => ({ ...state, config: { name: '../../x' } }), 'config'],
    [
      'with sizes that are none',
      (state) => ({ ...state, files: { metrics: 1e300, rotation: 0, layers: 0, log: 0 } }),
      'files.metrics',
    ],
    [
      'of more records than it has',
      (state) => ({ ...state, pending: { firstEpoch: 1, records: 4 } }),
      'pending.steps has shape [3]',
    ],
    [
      'of fewer rates than steps',
      (state) => ({ ...state, position: { epoch: 3, step: 4 } }),
      'part.rates has fewer steps than the 4 that are done',
    ],
    ['of other layers', (state) => ({ ...state, layers: ['a', 'b', 'c'] }), 'part.rates has shape [3, 2]'],
    [
      'without the epoch that it says has begun',
      (state) => ({ ...state, part: null }),
      'the tensors of the part of an epoch are missing',
    ],
    [
      'with steps of an epoch to come',
      (state) => ({ ...state, pending: { firstEpoch: 3, records: 3 } }),
      'the pending steps start after the checkpoint',
    ],
  ])('%s', async (_, change, message) => {
    const found = await failure(() => readCheckpoint(changed(change)))
    expect(found).toMatch(/^INVALID_FILE: /)
    expect(found).toContain(message)
  })

  test('of which a file is missing', async () => {
    expect(await failure(() => readCheckpoint(temporaryFolder()))).toMatch(
      /^MISSING_FILE: .*checkpoint.json does not exist/,
    )
  })

  test('with the tensors of another', async () => {
    const other = join(written(atEpochEnd), 'training.safetensors')
    const folder = written(whole, (name, bytes) => (name === 'training.safetensors' ? readFileSync(other) : bytes))
    expect(await failure(() => readCheckpoint(folder))).toContain('part.rates is missing')
  })
})

test('whatever the bytes of a checkpoint are, reading it gives a checkpoint or an error of this package', async () => {
  const names = [...encodeCheckpoint(whole).keys()]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.array(
        fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer({ min: 0, max: 255 })),
        { minLength: 1, maxLength: 4 },
      ),
      fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      async (wrong, edits, cut) => {
        const folder = written(whole, (name, bytes) => {
          if (name !== wrong) return bytes
          for (const [place, byte] of edits) bytes[Math.floor(place * bytes.length)] = byte
          return cut === null ? bytes : bytes.subarray(0, Math.floor(cut * bytes.length))
        })
        await readCheckpoint(folder).catch((error: unknown) => {
          if (!(error instanceof LayerRotationError)) throw error
        })
      },
    ),
    { numRuns: 300 },
  )
})
