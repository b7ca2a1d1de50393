import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import { readStepRecords, stepPart } from '../../src/run/step-records.js'
import { writeDurably } from '../../src/files/write.js'
import { LayerTable } from '../../src/rotation/layer-table.js'
import { encodeLayerTable } from '../../src/rotation/parquet.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const layers = ['dense0', 'dense1']
const values = {
  rotation: [0.1, 0.2, 0.3, 0.4],
  angle: [1, 2, 3, NaN],
  norm: [5, 6, 7, Infinity],
  'rotation_from_runs/a b/model.safetensors': [0.5, 0.5, 0.25, 2 ** -1074],
}

/** Two layers after two steps. */
function tableAt(steps: [number, number], columns: Record<string, number[]> = values): LayerTable {
  const arrays = Object.entries(columns).map(([name, numbers]) => [name, Float64Array.from(numbers)] as const)
  return new LayerTable(layers, Int32Array.from(steps), new Map(arrays))
}

/** A steps/ folder with a part for each of the epochs, 0-based, of two steps each. */
async function folderOf(epochs: number[]): Promise<string> {
  const folder = join(temporaryFolder(), 'steps')
  mkdirSync(folder)
  for (const epoch of epochs) {
    const part = await encodeLayerTable(tableAt([100 * epoch + 1, 100 * epoch + 2]))
    await writeDurably(join(folder, stepPart(epoch)), part)
  }
  return folder
}

describe('step records', () => {
  test('read back as they were written, to the last bit', async () => {
    const read = await readStepRecords(await folderOf([0]), layers)
    expect(read).toEqual(tableAt([1, 2]))
    expect(read.layers).toBe(layers)
    expect([...read.rows()].at(-1)).toEqual({
      step: 2,
      layer: 'dense1',
      rotation: 0.4,
      angle: NaN,
      norm: Infinity,
      'rotation_from_runs/a b/model.safetensors': 2 ** -1074,
    })
  })

  test('are one table in the order of the epochs, beyond nine of them', async () => {
    const { steps } = await readStepRecords(await folderOf([10, 2, 9]), layers)
    expect([...steps]).toEqual([201, 202, 901, 902, 1001, 1002])
  })

  test('are in the order of the epochs, with 100,000 and more of them', async () => {
    const { steps } = await readStepRecords(await folderOf([99_999, 99_998, 999_999, 12]), layers)
    expect([...steps]).toEqual([1201, 1202, 9_999_801, 9_999_802, 9_999_901, 9_999_902, 99_999_901, 99_999_902])
  })

  test('are read in chosen columns', async () => {
    const folder = await folderOf([0, 1])
    const read = await readStepRecords(folder, layers, ['norm'])
    expect(read.columns).toEqual(['norm'])
    expect([...read.layer('dense0', 'norm')]).toEqual([5, 7, 5, 7])
    expect(await failure(() => readStepRecords(folder, layers, ['nrm']))).toBe(
      `INVALID_CONFIG: ${join(folder, stepPart(0))} has no column "nrm"; expected ${Object.keys(values).join(', ')}`,
    )
  })

  test('of many rows, in several groups, and of one layer', async () => {
    const folder = join(temporaryFolder(), 'steps')
    mkdirSync(folder)
    const steps = Int32Array.from({ length: 2 ** 20 + 5 }, (_, i) => i + 1)
    const rotation = Float64Array.from(steps, (step) => 1 + Math.sin(step))
    writeFileSync(
      join(folder, stepPart(0)),
      await encodeLayerTable(new LayerTable(['only'], steps, new Map([['rotation', rotation]]))),
    )
    const read = await readStepRecords(folder, ['only'])
    expect(Buffer.compare(Buffer.from(read.steps.buffer), Buffer.from(steps.buffer))).toBe(0)
    expect(Buffer.compare(Buffer.from(read.column('rotation').buffer), Buffer.from(rotation.buffer))).toBe(0)
    expect(
      await inDuckDb(`select count(*), min(step), max(step), any_value(layer) from '${folder}/*.parquet'`),
    ).toEqual([[BigInt(steps.length), 1, steps.length, 'only']])
  })

  test.each<[Record<string, number[]>, [number, number], string]>([
    [{ rotation: [0, 0, 3, 0] }, [1, 2], 'row 2: rotation is 3; expected 0 to 2, or NaN'],
    [{ norm: [-1, 0, 0, 0] }, [1, 2], 'row 0: norm is -1; expected at least 0, or NaN'],
    [{ norm: [1, 1, 1, 1] }, [2, 1], 'row 2 is of step 1; expected at least 2'],
    [{ norm: [1, 1, 1, 1] }, [0, 1], 'row 0 is of step 0; expected at least 1'],
  ])('that cannot be are refused: %j at %j', async (columns, steps, problem) => {
    const folder = join(temporaryFolder(), 'steps')
    mkdirSync(folder)
    writeFileSync(join(folder, stepPart(0)), await encodeLayerTable(tableAt(steps, columns)))
    expect(await failure(() => readStepRecords(folder, layers))).toContain(
      `INVALID_FILE: ${join(folder, stepPart(0))} cannot be read: ${problem}`,
    )
  })

  test('are empty if none were recorded', async () => {
    const read = await readStepRecords(join(temporaryFolder(), 'steps'), layers)
    expect(read).toHaveLength(0)
    expect([...read.rows()]).toEqual([])
  })

  test('are a table for DuckDB', async () => {
    const folder = await folderOf([0, 1])
    expect(await inDuckDb(`describe select * from '${folder}/*.parquet'`)).toEqual([
      ['step', 'INTEGER', 'YES', null, null, null],
      ['layer', 'VARCHAR', 'YES', null, null, null],
      ...Object.keys(values).map((name) => [name, 'DOUBLE', 'YES', null, null, null]),
    ])
    expect(
      await inDuckDb(`select step, layer, rotation, angle, norm from '${folder}/*.parquet' order by step, layer`),
    ).toEqual(
      [1, 2, 101, 102].flatMap((step) =>
        layers.map((layer, i) => {
          const row = 2 * ((step - 1) % 100) + i
          return [step, layer, values.rotation[row], values.angle[row], values.norm[row]]
        }),
      ),
    )
  })
})

describe('after a crash', () => {
  test('a part that is cut off is named, and the others can be read', async () => {
    const folder = await folderOf([0, 1, 2])
    const part = join(folder, stepPart(1))
    const whole = await encodeLayerTable(tableAt([101, 102]))
    for (const length of [0, 3, 100, whole.length - 1]) {
      writeFileSync(part, whole.subarray(0, length))
      const message = await failure(() => readStepRecords(folder, layers))
      expect(message).toContain(`INVALID_FILE: ${part} cannot be read: `)
      expect(message).toContain('; move it away to read the other parts')
    }
    const others = [0, 2].map((epoch) => `'${join(folder, stepPart(epoch))}'`)
    expect(await inDuckDb(`select count(*), max(step) from read_parquet([${others.join()}])`)).toEqual([[8n, 202]])
    rmSync(part)
    expect([...(await readStepRecords(folder, layers)).steps]).toEqual([1, 2, 201, 202])
  })

  test('a part that was being written is not there yet', async () => {
    const folder = await folderOf([0])
    const part = await encodeLayerTable(tableAt([101, 102]))
    writeFileSync(join(folder, `${stepPart(1)}.0123456789abcdef.tmp`), part.subarray(0, 200))
    expect([...(await readStepRecords(folder, layers)).steps]).toEqual([1, 2])
    expect(await inDuckDb(`select count(*) from '${folder}/*.parquet'`)).toEqual([[4n]])
    await writeDurably(join(folder, stepPart(1)), part)
    expect([...(await readStepRecords(folder, layers)).steps]).toEqual([1, 2, 101, 102])
  })
})

describe('a part of another run is refused:', () => {
  test.each([
    [['dense0'], values, 'row 1 is of layer "dense1"; expected "dense0"'],
    [['dense0', 'dense2'], values, 'row 1 is of layer "dense1"; expected "dense2"'],
    [['a', 'b', 'c'], values, "has 4 rows; expected a multiple of 3, the number of the run's layers"],
    [
      layers,
      { rotation: values.rotation },
      'has the columns step, layer, rotation; expected step, layer, rotation, angle',
    ],
  ])('%j, %#', async (names, columns, message) => {
    const folder = await folderOf([0])
    writeFileSync(join(folder, stepPart(0)), await encodeLayerTable(tableAt([1, 2])))
    writeFileSync(join(folder, stepPart(1)), await encodeLayerTable(tableAt([3, 4], columns)))
    const found = await failure(() => readStepRecords(folder, names))
    expect(found).toContain('INVALID_FILE: ')
    expect(found).toContain(message)
  })
})

/** The rows of a query's result. */
async function inDuckDb(query: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    return (await connection.runAndReadAll(query)).getRows()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

describe('a part that lies', () => {
  const path = (folder: string) => join(folder, stepPart(0))
  const complaint = async (folder: string) =>
    (await failure(() => readStepRecords(folder, layers))).split(`${path(folder)} `)[1]

  /** A part of two layers and steps, in which some bytes, which stand there once, are others. */
  async function withBytes(from: number[], to: number[]): Promise<string> {
    const folder = await folderOf([0])
    const bytes = readFileSync(path(folder))
    const at = bytes.indexOf(Buffer.from(from))
    expect(at).toBeGreaterThan(-1)
    expect(bytes.indexOf(Buffer.from(from), at + 1)).toBe(-1)
    writeFileSync(
      path(folder),
      Buffer.concat([bytes.subarray(0, at), Buffer.from(to), bytes.subarray(at + from.length)]),
    )
    return folder
  }

  // The indices of the layers, 0 1 0 1, in one packed run of a bit each: 1 bit, 2·1 + 1, 0b1010.
  test('of how many values its runs hold takes neither time nor memory', async () => {
    const run = [0x01, 0x03, 0x0a]
    for (const claim of [
      [0x01, 0xfe, 0xff], // one index, 2^20 times and more
      [0x01, 0xff, 0x7f],
      [0x00, 0xfe, 0x7f],
    ]) {
      expect(await complaint(await withBytes(run, claim))).toMatch(
        /^cannot be read: layer has a page at byte \d+ that holds other values than it says; move it away to read the other parts$/,
      )
    }
  })

  test('of how many numbers it holds, which repeat without taking bytes, is refused', async () => {
    const folder = await folderOf([])
    const length = 100_000
    const column = (name: string, type: 'INT32' | 'STRING' | 'DOUBLE', data: ArrayLike<unknown>) =>
      ({ name, type, data: data as unknown[], encoding: 'RLE_DICTIONARY', nullable: false }) as const
    const columnData = [
      column('step', 'INT32', new Int32Array(length).fill(1)),
      column('layer', 'STRING', Array<string>(length).fill('dense0')),
      column('rotation', 'DOUBLE', new Float64Array(length)),
    ]
    const bomb = parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED', statistics: false })
    expect(bomb.byteLength).toBeLessThan(10_000)
    writeFileSync(path(folder), new Uint8Array(bomb))
    expect(await failure(() => readStepRecords(folder, ['dense0']))).toMatch(
      /rotation has a page at byte \d+ that holds other values than it says/,
    )
  })

  test('of its rows is refused', async () => {
    const folder = await folderOf([0])
    const bytes = readFileSync(path(folder))
    // In the footer, of each column: 4 values, as a variable-length 64-bit integer (field 5 behind 4).
    const claims = [...bytes.keys()].filter((at) => bytes[at] === 0x16 && bytes[at + 1] === 0x08)
    expect(claims.length).toBeGreaterThan(3)
    for (const at of claims) {
      const other = Buffer.from(bytes)
      other[at + 1] = 0x7e
      writeFileSync(path(folder), other)
      await readStepRecords(folder, layers).catch((error: unknown) =>
        expect(error).toMatchObject({ code: 'INVALID_FILE' }),
      )
    }
  })

  test('about being a file is not waited for', async () => {
    const folder = await folderOf([])
    execFileSync('mkfifo', [path(folder)])
    expect(await complaint(folder)).toMatch(/^cannot be read: it is not a regular file;/)
  })
})
