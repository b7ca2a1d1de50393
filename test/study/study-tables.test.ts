import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, test } from 'vitest'
import { layca } from '../../src/optimizer/controls/layca.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { openStudy } from '../../src/study/open-study.js'
import { writeStudyTables } from '../../src/study/study-tables.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { recordedStudy } from './recorded-study.js'
import { smallBase } from './small-base.js'

/** Rows whose texts need quotes: an axis with free values, optimizers, numbers, and a missing run. */
async function tables(): Promise<{ csv: string; json: string }> {
  const folder = await recordedStudy(
    {
      name: 'tables',
      base: ({ optimizer, rate, state }) => ({
        ...smallBase,
        optimizer: optimizer as never,
        batchSize: (state as string).length,
        learningRate: { type: 'constant', initial: Number(rate) },
      }),
      points: [
        { optimizer: sgd(), rate: 0.1, state: 'a "quoted", value', isWide: true },
        { optimizer: layca(sgd()), rate: 1e-7, state: 'two\nlines\u001b[31m', isWide: false },
        { optimizer: sgd(), rate: 3, state: 'none', isWide: true },
      ],
    },
    (_, i) =>
      [
        { testAccuracy: 0.75, rotation: 0.5 },
        { status: { status: 'failed' as const, reason: 'no more,\nmemory', warnings: ['slow', 'late'] }, epochs: 2 },
        undefined,
      ][i],
  )
  return writeStudyTables(await openStudy(folder), temporaryFolder())
}

async function read(source: string): Promise<Record<string, unknown>[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const reader = await connection.runAndReadAll(`select * from ${source}`)
  return reader.getRowObjectsJson()
}

describe('the tables of a study', () => {
  test('are read by other programs with the right types', async () => {
    const { csv, json } = await tables()
    const rows = await read(`read_csv('${csv}', header = true)`)
    expect(rows).toHaveLength(3)
    expect(rows[0]).toMatchObject({
      optimizer: 'SGD',
      rate: 0.1,
      'axis.state': 'a "quoted", value',
      isWide: true,
      state: 'finished',
      reason: null,
      test_accuracy: 0.75,
      best_val_accuracy: 0.9,
      rotation_mean: expect.closeTo((0.5 + 0.5 / 1.5) / 2) as number,
      'rotation.dense0': 0.5,
      'rotation.dense1': expect.closeTo(0.5 / 1.5) as number,
    })
    expect(rows[1]).toMatchObject({
      optimizer: 'Layca',
      rate: 1e-7,
      'axis.state': 'two\\nlines\\u001b[31m',
      isWide: false,
      state: 'failed',
      reason: 'no more,\\nmemory',
      warnings: 'slow; late',
    })
    expect(rows[2]).toMatchObject({ state: 'new', test_accuracy: null, 'rotation.dense0': null })
    const records = await read(`read_json('${json}')`)
    expect(records.map(Object.keys)).toEqual(rows.map(Object.keys))
    expect(records[0]).toEqual(rows[0])
  })

  test('follow RFC 4180', async () => {
    const { csv, json } = await tables()
    const text = readFileSync(csv, 'utf8')
    expect(text.split('\r\n')).toHaveLength(5)
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(text).toContain('"a ""quoted"", value"')
    expect(JSON.parse(readFileSync(json, 'utf8'))).toHaveLength(3)
  })

  test('name an axis once: the seed is that of the runs', async () => {
    const axes = { seed: [1, 2] }
    const folder = await recordedStudy({ name: 'seeds', base: smallBase, axes }, () => ({}))
    const { csv } = await writeStudyTables(await openStudy(folder))
    expect(csv).toBe(`${folder}/study.csv`)
    expect(readFileSync(csv, 'utf8')).toMatch(/^seed,folder,state,/)
    expect((await read(`'${csv}'`)).map(({ seed }) => Number(seed))).toEqual([1, 2])
  })

  const pandas = spawnSync('python3', ['-c', 'import pandas']).status === 0
  test.skipIf(!pandas)('are read by pandas with the right types (skipped without pandas)', async () => {
    const { csv, json } = await tables()
    const program = `
import pandas, sys
for table in (pandas.read_csv(sys.argv[1]), pandas.read_json(sys.argv[2])):
    names = ['rate', 'isWide', 'seed', 'epochs', 'test_accuracy', 'rotation.dense0']
    print(*(str(table[name].dtype) for name in names), table['axis.state'][0], table['test_accuracy'].mean())`
    const { stdout } = spawnSync('python3', ['-c', program, csv, json], { encoding: 'utf8' })
    const types = 'float64 bool int64 int64 float64 float64'
    expect(stdout.trim().split('\n')).toEqual(Array(2).fill(expect.stringMatching(`^${types} a "quoted", value 0\\.`)))
  })
})
