import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readRecords } from '../../../src/figure/print/records.js'
import { openMeasurement } from '../../../src/measure/open-measurement.js'
import { metricsColumns } from '../../../src/run/metrics-columns.js'
import { failure } from '../../support/failure.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { syntheticRun } from '../synthetic-run.js'
import { columns, recordedRun } from './recorded-run.js'

const valuesAt = (name: string, step: number) => [0, 1].map((layer) => columns[name]!(step, layer))

describe('the records of a run', () => {
  test('are those after the last step of each epoch', async () => {
    const { at, rows, layers } = await readRecords(recordedRun(), 'norm', 'epoch')
    expect(layers).toEqual(['dense0', 'dense1'])
    expect(at).toEqual([1, 2, 3, 4])
    expect(rows).toEqual([5, 10, 15, 20].map((step) => valuesAt('norm', step)))
  })

  test('begin with the zeros before training if they are rotations', async () => {
    const run = recordedRun()
    const { at, rows } = await readRecords(run, 'rotation', 'epoch')
    expect(at).toEqual([0, 1, 2, 3, 4])
    expect(rows.map(([first]) => first)).toEqual(run.rotation.layer('dense0'))
    const bySteps = await readRecords(run, 'rotation', 'step')
    expect(bySteps.at).toEqual([0, 1, 5, 6, 10, 11, 15, 16, 20])
    expect(bySteps.rows[0]).toEqual([0, 0])
  })

  test('are those of every step where steps/ has them', async () => {
    const { at, rows } = await readRecords(recordedRun({ steps: true }), 'gradient_norm', 'step')
    expect(at).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(rows).toEqual(at.map((step) => valuesAt('gradient_norm', step)))
  })

  test('are thinned if they are many, with the first and the last', async () => {
    const { at, recorded } = await readRecords(recordedRun({ steps: true, epochs: 1000 }), 'norm', 'step')
    expect([at.length, at[0], at.at(-1), recorded]).toEqual([1000, 1, 5000, 5000])
  })

  test('that are missing are named, with those that are there', async () => {
    const run = recordedRun({ steps: true })
    for (const over of ['epoch', 'step'] as const) {
      expect(await failure(() => readRecords(run, 'gradientNorm', over))).toBe(
        `INVALID_CONFIG: ${run.folder} has no "gradientNorm"; did you mean "gradient_norm"? It has rotation, norm, gradient_norm, loss, ${metricsColumns.slice(1).join(', ')}`,
      )
    }
    expect(await failure(() => readRecords(syntheticRun(), 'norm', 'epoch'))).toContain(
      'has no records of its layers yet',
    )
  })
})

describe('the measurements of checkpoints', () => {
  const folderWith = (csv: string): string => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'layers.csv'), csv)
    return folder
  }

  test('are read by step, with what is not measured', async () => {
    const folder = folderWith('step,layer,rotation,angle\n0,a,0,NaN\n0,b,0,NaN\n100,a,0.25,0.5\n100,b,0.5,1\n')
    const measurement = await openMeasurement(folder)
    const { at, rows, layers } = await readRecords(measurement, 'angle', 'step')
    expect([layers, at, rows]).toEqual([
      ['a', 'b'],
      [0, 100],
      [
        [NaN, NaN],
        [0.5, 1],
      ],
    ])
    expect(await failure(() => readRecords(measurement, 'angle', 'epoch'))).toContain('counts steps, not epochs')
  })

  test.each([
    ['step,name,rotation\n0,a,0\n', ':1: the first columns are step,name; expected step,layer'],
    ['step,layer,rotation\n0,a,0\n0,b,0\n1,b,0\n', ':4: the layer is "b"; expected "a"'],
    ['step,layer,rotation\n0,a,0\n0,b,0\n1,a,0\n', 'has 3 rows; expected a multiple of 2'],
    ['step,layer,rotation\n0,a,5\n', ':2: column rotation: found 5; expected 0 to 2, or NaN'],
    ['step,layer,rotation\n1,a,0\n0,a,0\n', ':3: column step: found 0 after 1'],
    ['step,layer,rotation\n', 'has 0 rows'],
  ])('%j are refused', async (csv, message) => {
    expect(await failure(() => openMeasurement(folderWith(csv)))).toContain(message)
  })
})
