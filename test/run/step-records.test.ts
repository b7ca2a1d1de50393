import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encodeStepRecords, readStepRecords, stepPart, type StepRecords } from '../../src/run/step-records.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const records: StepRecords = {
  epoch: 3,
  firstStep: 15,
  layers: ['dense0', 'dense1'],
  rotation: Float64Array.of(0.1, 0.2, 0.3, 0.4),
  angle: Float64Array.of(1, 2, 3, NaN),
  norm: Float64Array.of(5, 6, 7, Infinity),
  rate: Float64Array.of(0.5, 0.5, 0.25, 0.25),
}

describe('step records', () => {
  test('have a row a step and layer, steps counted from 1 since the start', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, stepPart(3)), await encodeStepRecords(records))
    expect(await readStepRecords(folder)).toEqual([
      { step: 16, layer: 'dense0', rotation: 0.1, angle: 1, norm: 5, rate: 0.5 },
      { step: 16, layer: 'dense1', rotation: 0.2, angle: 2, norm: 6, rate: 0.5 },
      { step: 17, layer: 'dense0', rotation: 0.3, angle: 3, norm: 7, rate: 0.25 },
      { step: 17, layer: 'dense1', rotation: 0.4, angle: NaN, norm: Infinity, rate: 0.25 },
    ])
  })

  test('are one table in the order of the epochs, beyond nine of them', async () => {
    const folder = temporaryFolder()
    for (const epoch of [10, 2, 9]) {
      writeFileSync(
        join(folder, stepPart(epoch)),
        await encodeStepRecords({ ...records, epoch, firstStep: 100 * epoch }),
      )
    }
    const steps = (await readStepRecords(folder)).map(({ step }) => step)
    expect(steps).toEqual([201, 201, 202, 202, 901, 901, 902, 902, 1001, 1001, 1002, 1002])
  })

  test('are none where none were recorded', async () => {
    expect(await readStepRecords(join(temporaryFolder(), 'steps'))).toEqual([])
  })

  test('of a broken part are refused by name', async () => {
    const folder = join(temporaryFolder(), 'steps')
    mkdirSync(folder)
    const part = join(folder, stepPart(0))
    writeFileSync(part, (await encodeStepRecords(records)).subarray(0, 100))
    expect(await failure(() => readStepRecords(folder))).toContain(
      `INVALID_FILE: ${part} is no readable Parquet file: `,
    )
  })
})
