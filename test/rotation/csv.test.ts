import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvLine, parseCell, splitCsv } from '../../src/rotation/csv.js'
import { failure } from '../support/failure.js'

/** The numbers of a table. */
function parseCsv(text: string, file: string) {
  const { columns, rows } = splitCsv(text, file)
  const numbers = Array.from(rows, ({ where, cells }) => cells.map((cell, i) => parseCell(cell, where, columns[i]!)))
  return { columns, rows: numbers }
}

describe('CSV', () => {
  test('is written with the shortest digits, null as nothing', () => {
    expect(csvLine(['epoch', 'loss'])).toBe('epoch,loss\n')
    expect(csvLine([1, 0.1, 1e-7, null])).toBe('1,0.1,1e-7,\n')
  })

  test('reads back every double', () => {
    const number = fc.double()
    fc.assert(
      fc.property(fc.array(fc.array(fc.option(number), { minLength: 2, maxLength: 2 })), (rows) => {
        const text = csvLine(['a', 'b']) + rows.map(csvLine).join('')
        // A negative zero loses its sign.
        expect(parseCsv(text, 'f')).toEqual({
          columns: ['a', 'b'],
          rows: rows.map((row) => row.map((x) => (x === null ? null : x + 0))),
        })
      }),
    )
  })

  test('a last line that was cut off is left out, wherever the cut is', () => {
    const text = 'epoch,loss\n1,0.25\n2,0.125\n'
    for (let length = 18; length < text.length; length++) {
      expect(parseCsv(text.slice(0, length), 'f').rows).toEqual([[1, 0.25]])
    }
    expect(parseCsv(text, 'f').rows).toEqual([
      [1, 0.25],
      [2, 0.125],
    ])
  })

  test.each([
    ['', 'f:1: found no line; expected column names'],
    ['epoch', 'f:1: found no line; expected column names'],
    ['epoch,loss\n1\n', 'f:2: found 1 cells; expected 2 cells: epoch,loss'],
    ['epoch,loss\n1,2,3\n', 'f:2: found 3 cells; expected 2 cells: epoch,loss'],
    ['epoch,loss\n1,2\n\n3,4\n', 'f:3: found 1 cells; expected 2 cells: epoch,loss'],
    ['epoch,loss\n1,2\n2,x\n', 'f:3: column loss: found "x"; expected a number'],
    ['epoch,loss\r\n1,2\r\n', 'f:1: the lines end as on Windows (CRLF); expected LF alone: run `dos2unix f`'],
    ['epoch,loss\n1, 2\n', 'f:2: column loss: found " 2"; expected a number'],
  ])('%j is refused', async (text, message) => {
    expect(await failure(() => parseCsv(text, 'f'))).toBe(`INVALID_FILE: ${message}`)
  })

  test('of far more cells than any run has is refused before they fill the memory', async () => {
    const columns = Array.from({ length: 2 ** 14 }, (_, i) => i).join(',')
    const line = `${'1,'.repeat(2 ** 14 - 1)}1\n`
    expect(await failure(() => parseCsv(`${columns}\n${line.repeat(1025)}`, 'f'))).toBe(
      'INVALID_FILE: f:1026: found more than 16777216 cells in the table, which is not read further',
    )
    expect(await failure(() => parseCsv(`${'a,'.repeat(2 ** 26)}\n`, 'f'))).toBe(
      'INVALID_FILE: f:1: found more than 32768 columns; expected fewer',
    )
    expect(await failure(() => parseCsv(`a,b\n${','.repeat(2 ** 26)}\n`, 'f'))).toBe(
      'INVALID_FILE: f:2: found a line of 67108864 characters; expected 2 cells: a,b',
    )
  })
})
