import { appendFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseCell, splitCsv } from '../../src/rotation/csv.js'
import { GrowingTable } from '../../src/watch/growing-table.js'
import { lastLines } from '../../src/watch/last-lines.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** A table `x,y` that is followed: its rows so far. @param together lines that belong together */
function followed(together = 1) {
  const file = join(temporaryFolder(), 'table.csv')
  let rows: number[][] = []
  let pieces = 0
  const table = new GrowingTable(file, {
    begin: () => (rows = []),
    take: (text) => {
      const { rows: lines } = splitCsv(text, file)
      const found = [...lines].map(({ cells, where }) => cells.map((cell) => parseCell(cell, where, 'x')!))
      const whole = found.length - (found.length % together)
      rows.push(...found.slice(0, whole))
      pieces++
      return whole
    },
  })
  return { file, table, rows: () => rows, pieces: () => pieces }
}

test('only what is new is read, and a line that is half written waits for its end', async () => {
  const { file, table, rows, pieces } = followed()
  await table.update() // there is no file yet
  writeFileSync(file, 'x,')
  await table.update()
  expect(rows()).toEqual([])
  appendFileSync(file, 'y\n1,2\n3')
  await table.update()
  expect(rows()).toEqual([[1, 2]])
  appendFileSync(file, ',4\n5,6\n')
  await table.update()
  expect(rows()).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ])
  const before = pieces()
  await table.update()
  expect(pieces()).toBe(before)
})

test('lines that belong together wait for each other', async () => {
  const { file, table, rows } = followed(2)
  writeFileSync(file, 'x,y\n1,2\n3,4\n5,6\n')
  await table.update()
  expect(rows()).toHaveLength(2)
  appendFileSync(file, '7,8\n')
  await table.update()
  expect(rows()).toHaveLength(4)
})

test('a table that is larger than a chunk is whole', async () => {
  const { file, table, rows } = followed(3)
  const lines = Array.from({ length: 300_000 }, (_, i) => `${i},${-i}\n`)
  writeFileSync(file, `x,y\n${lines.join('')}`)
  await table.update()
  expect(rows()).toHaveLength(300_000)
  expect(rows().at(-1)).toEqual([299_999, -299_999])
})

test('a table that became shorter, was replaced or rewritten is read anew', async () => {
  const { file, table, rows } = followed()
  writeFileSync(file, 'x,y\n1,2\n3,4\n')
  await table.update()
  truncateSync(file, 'x,y\n1,2\n'.length)
  await table.update()
  expect(rows()).toEqual([[1, 2]])
  // Rewound and grown beyond its length between two looks.
  truncateSync(file, 'x,y\n'.length)
  appendFileSync(file, '7,8\n9,9\n1,1\n')
  await table.update()
  expect(rows()).toEqual([
    [7, 8],
    [9, 9],
    [1, 1],
  ])
  rmSync(file)
  await table.update()
  expect(rows()).toEqual([])
  writeFileSync(file, 'x,y\n5,5\n')
  await table.update()
  expect(rows()).toEqual([[5, 5]])
})

test('an error names the line of the file, and goes when the file is mended', async () => {
  const { file, table, rows } = followed()
  writeFileSync(file, 'x,y\n1,2\n3,4\n')
  await table.update()
  appendFileSync(file, '5,6\n7,oops\n')
  expect(await failure(() => table.update())).toContain(`INVALID_FILE: ${file}:5: column x: found "oops"`)
  writeFileSync(file, 'x,y\n1,2\n3,4\n5,6\n7,8\n')
  await table.update()
  expect(rows().at(-1)).toEqual([7, 8])
})

test('the last lines of a table are found without reading the others', async () => {
  const file = join(temporaryFolder(), 'table.csv')
  expect(await lastLines(file, 1)).toBeUndefined()
  writeFileSync(file, 'x,y')
  expect(await lastLines(file, 1)).toBeUndefined()
  writeFileSync(file, 'x,y\n')
  expect(await lastLines(file, 1)).toEqual({ header: 'x,y\n', lines: [] })
  writeFileSync(file, 'x,y\n1,2\n3,4\n5')
  expect(await lastLines(file, 1)).toEqual({ header: 'x,y\n', lines: ['1,2\n', '3,4\n'] })
  // Lines that are longer than what is read at first.
  const line = (value: number) => `${value},${'7'.repeat(100_000)}\n`
  writeFileSync(file, `x,${'y'.repeat(100_000)}\n${Array.from({ length: 20 }, (_, i) => line(i)).join('')}`)
  const found = await lastLines(file, 2)
  expect(found!.header).toHaveLength(100_003)
  expect(found!.lines.length).toBeLessThan(20)
  expect(found!.lines.slice(-2)).toEqual([line(18), line(19)])
})
