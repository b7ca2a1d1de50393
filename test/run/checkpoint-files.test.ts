import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LayerRotationError } from '../../src/errors.js'
import { readCheckpoint } from '../../src/run/checkpoint-files.js'
import type { TrainingCheckpoint } from '../../src/run/training-checkpoint.js'
import { LayerTable } from '../../src/rotation/layer-table.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { filesOf, layers, sealed, whole } from './whole-checkpoint.js'

const atEpochEnd: TrainingCheckpoint = {
  ...whole,
  position: { epoch: 3, step: 0 },
  part: undefined,
  pending: undefined,
  lastEpoch: undefined,
}

type Change = (name: string, bytes: Buffer) => Uint8Array

/** Writes a checkpoint, changed by somebody who changes its checksums with it. */
async function written(checkpoint: TrainingCheckpoint, change?: Change): Promise<string> {
  const files = await filesOf(checkpoint)
  return write(change ? sealed(changedFiles(files, change)) : files)
}

/** Writes a checkpoint, changed by a fault. */
const damaged = async (change: Change): Promise<string> => write(changedFiles(await filesOf(whole), change))

const changedFiles = (files: ReadonlyMap<string, Buffer>, change: Change) =>
  new Map(Array.from(files, ([name, bytes]) => [name, change(name, bytes)]))

function write(files: ReadonlyMap<string, Uint8Array>): string {
  const folder = join(temporaryFolder(), 'checkpoint')
  mkdirSync(folder)
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes)
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
  expect(await readCheckpoint(await written(checkpoint))).toEqual(checkpoint)
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
    ['of another format', (state) => ({ ...state, version: 1 }), 'version is 1; expected "2"'],
    ['with an unknown key', (state) => ({ ...state, code: 'x' }), 'code'],
    [
      'of a negative epoch',
      (state) => ({ ...state, position: { epoch: -1, step: 0 } }),
      'position.epoch is -1; expected at least 0',
    ],
    ['of no experiment', (state) => ({ ...state, config: { name: '../../x' } }), 'config'],
    [
      'with a size that is none',
      (state) => ({ ...state, files: { ...(state['files'] as object), log: 1e300 } }),
      'files.log',
    ],
    [
      'of a run without metrics',
      (state) => {
        const files = state['files'] as { tables: object }
        return {
          ...state,
          files: { ...files, tables: { ...files.tables, metrics: { bytes: 0, sha256: 'a'.repeat(64) } } },
        }
      },
      'files.tables.metrics.bytes is 0; expected at least 1',
    ],
    [
      'with parts that lie elsewhere',
      (state) => ({ ...state, files: { ...(state['files'] as object), parts: { '../x.parquet': {} } } }),
      'files.parts',
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
    const found = await failure(async () => readCheckpoint(await changed(change)))
    expect(found).toMatch(/^INVALID_FILE: /)
    expect(found).toContain(message)
  })

  test('of which a file is missing', async () => {
    expect(await failure(() => readCheckpoint(temporaryFolder()))).toMatch(
      /^MISSING_FILE: .*checkpoint.json does not exist/,
    )
  })

  test('with the tensors of another', async () => {
    const other = join(await written(atEpochEnd), 'training.safetensors')
    const folder = await written(whole, (name, bytes) =>
      name === 'training.safetensors' ? readFileSync(other) : bytes,
    )
    expect(await failure(() => readCheckpoint(folder))).toContain('part.rates is missing')
  })
})

test('one bit that has changed is noticed in every file of a checkpoint, and so is a file that is missing', async () => {
  for (const [name, { length }] of await filesOf(whole)) {
    for (const bit of [0, Math.floor(length * 4), 8 * length - 1]) {
      const folder = await damaged((file, bytes) => {
        if (file === name) bytes[Math.floor(bit / 8)]! ^= 1 << (bit % 8)
        return bytes
      })
      const found = await failure(() => readCheckpoint(folder))
      expect(found).toMatch(/^INVALID_FILE: /)
      expect(found).toContain(join(folder, name))
    }
    const folder = await written(whole)
    rmSync(join(folder, name))
    expect(await failure(() => readCheckpoint(folder))).toBe(
      `MISSING_FILE: ${join(folder, name)} does not exist; expected ${name === 'checkpoint.json' ? 'a whole checkpoint' : 'a file that the checkpoint names'}`,
    )
  }
})

test('whatever the bytes of a checkpoint are, reading it gives a checkpoint or an error of this package', async () => {
  const names = ['checkpoint.json', 'model.safetensors', 'training.safetensors']
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.array(
        fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer({ min: 0, max: 255 })),
        { minLength: 1, maxLength: 4 },
      ),
      fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      async (wrong, edits, cut) => {
        const folder = await written(whole, (name, bytes) => {
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
