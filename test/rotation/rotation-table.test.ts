import { describe, expect, test } from 'vitest'
import { parseRotation, rotationHeader, rotationLine } from '../../src/rotation/rotation-table.js'
import { failure } from '../support/failure.js'

const text =
  rotationHeader(['dense0', 'dense1']) +
  rotationLine(0, [0, 0]) +
  rotationLine(1, Float64Array.of(0.25, 0.5)) +
  rotationLine(1.4, [0.3, 0.7])

describe('a rotation table', () => {
  test('is a CSV file with a column a layer', () => {
    expect(text).toBe('epoch,dense0,dense1\n0,0,0\n1,0.25,0.5\n1.4,0.3,0.7\n')
  })

  test('gives the curve of a layer and of the mean', () => {
    const table = parseRotation(text, 'f')
    expect(table.layers).toEqual(['dense0', 'dense1'])
    expect(table.epochs).toEqual([0, 1, 1.4])
    expect(table.layer('dense0')).toEqual([0, 0.25, 0.3])
    expect(table.layer('dense1').at(-1)).toBe(0.7)
    expect(table.mean()).toEqual([0, 0.375, 0.5])
  })

  test('names the nearest layer for one that it does not have', async () => {
    expect(await failure(() => parseRotation(text, 'f').layer('dens1'))).toBe(
      'INVALID_CONFIG: there is no layer "dens1"; did you mean "dense1"?',
    )
  })

  test('must be complete', async () => {
    expect(await failure(() => parseRotation('epoch,dense0\n0,\n', 'f'))).toBe(
      'INVALID_FILE: f:2: column dense0: found nothing; expected a number',
    )
    expect(await failure(() => parseRotation('step,dense0\n0,0\n', 'f'))).toBe(
      'INVALID_FILE: f:1: the first column is step; expected epoch',
    )
  })

  test('may have layers without a direction', () => {
    expect(parseRotation('epoch,a,b\n0,NaN,0\n1,NaN,2\n', 'f').layer('a')).toEqual([NaN, NaN])
  })

  test.each([
    ['epoch,a\nNaN,0\n', 'f:2: column epoch: found NaN; expected 0 to 1000000000'],
    ['epoch,a\n0,0\n1e308,0\n', 'f:3: column epoch: found 1e+308; expected 0 to 1000000000'],
    ['epoch,a\n1,0\n0.5,0\n', 'f:3: column epoch: found 0.5 after 1; expected numbers that do not fall'],
    ['epoch,a\n0,2.1\n', 'f:2: column a: found 2.1; expected 0 to 2, or NaN'],
    ['epoch,a\n0,-1\n', 'f:2: column a: found -1; expected 0 to 2, or NaN'],
    ['epoch,a\n0,Infinity\n', 'f:2: column a: found Infinity'],
  ])('with numbers that cannot be is refused: %j', async (text, message) => {
    expect(await failure(() => parseRotation(text, 'f'))).toContain(`INVALID_FILE: ${message}`)
  })
})
