import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fingerprint } from '../../src/data/fingerprint.js'
import { loadData } from '../../src/data/load-data.js'
import type { TokenDataset } from '../../src/data/loaded-data.js'
import { tokens, type TokensConfig } from '../../src/data/tokens/tokens.js'
import { dataText } from '../../src/text/data.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** Writes a file, and gives its path. */
function written(content: NodeJS.TypedArray | string, name = 'train.bin'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, content)
  return path
}

const counting = (length: number) => Uint16Array.from({ length }, (_, i) => i)

/** Windows of 4 of 100 ids, of which the last fifth tests, except for what is given. */
const load = (changes: Partial<Parameters<typeof tokens>[0]> = {}) =>
  loadData(
    tokens({ file: changes.file ?? written(counting(100)), test: 0.2, context: 4, vocabulary: 1000, ...changes }),
    1,
  ) as Promise<TokenDataset>

const arrays = async (changes?: Parameters<typeof load>[0]) => {
  const { train, test } = await load(changes)
  return [train.tokens, test.tokens].map((ids) => [...ids])
}

const range = (first: number, end: number) => Array.from({ length: end - first }, (_, i) => first + i)

test('the windows lie one after the other, and what is left of them is left out', async () => {
  // 80 tokens: 19 windows of 4 and the label of the last id; 20 tokens: 4 windows.
  expect(await arrays()).toEqual([range(0, 77), range(80, 97)])
  expect(await load()).toMatchObject({ inputShape: [4], classes: 1000, isTokens: true })
})

test('the test tokens may be a file of their own', async () => {
  expect(await arrays({ test: written(counting(9)) })).toEqual([range(0, 97), range(0, 9)])
})

describe('a file may hold', () => {
  const ids = [7, 0, 65_000, 255, 3, 9, 12, 13, 1, 8]
  const more = { vocabulary: 70_000, test: 0.5 }
  const read = async (file: string, elements: TokensConfig['elements'], changes = {}) =>
    (await arrays({ ...more, file, elements, ...changes })).flat()

  const npy = (type: string, shape: string, data: NodeJS.TypedArray, headerBytes = 118) => {
    const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }`
    const header = Buffer.from(text.padEnd(headerBytes - 1) + '\n')
    const length = Buffer.alloc(2)
    length.writeUInt16LE(header.length)
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, header, bytes])
  }

  const llm = (magic: number, written: number, data: NodeJS.TypedArray) => {
    const header = new Int32Array(256)
    header.set([magic, 1, written])
    return Buffer.concat([Buffer.from(header.buffer), Buffer.from(data.buffer)])
  }

  test.each([
    ['uint16', Uint16Array.from(ids)],
    ['uint32', Uint32Array.from(ids)],
  ] as const)('raw %s, the same with llm.c’s header, and .npy', async (elements, data) => {
    expect(await read(written(data), elements)).toEqual(ids)
    const magic = elements === 'uint16' ? 20_240_520 : 20_240_801
    expect(await read(written(llm(magic, 10, data)), elements)).toEqual(ids)
    for (const headerBytes of [118, 121]) {
      const array = npy(`<u${data.BYTES_PER_ELEMENT}`, '10,', data, headerBytes)
      expect(await read(written(array), elements)).toEqual(ids)
    }
  })

  test('the bytes of a text', async () => {
    const file = written('To be, or not to be', 'play.txt')
    expect(await read(file, 'uint8', { vocabulary: 256, test: file })).toEqual(
      Array<string>(2)
        .fill('To be, or not to ')
        .join('')
        .split('')
        .map((letter) => letter.charCodeAt(0)),
    )
  })

  const wrong: [string, NodeJS.TypedArray | string, TokensConfig['elements'], string][] = [
    [
      'an odd number of bytes',
      new Uint8Array(13),
      'uint16',
      'found 13 bytes; expected a multiple of 2, the size of uint16',
    ],
    ['half an id', new Uint8Array(10), 'uint32', 'found 10 bytes; expected a multiple of 4, the size of uint32'],
    ['nothing', '', 'uint16', 'without its share of 0.5 for testing holds 0 tokens; expected at least 5'],
    ['one token', counting(1), 'uint16', 'holds 0 tokens; expected at least 5, a window of 4 and the token after it'],
    [
      'an id that is too large',
      Uint32Array.of(1, 2, 70_000, 4_294_967_295),
      'uint32',
      'byte 8: token 2 has the id 70000; expected 0 … 69999, because vocabulary is 70000',
    ],
    [
      'such an id after a header',
      llm(20_240_801, 1, Uint32Array.of(4_294_967_295)),
      'uint32',
      'byte 1024: token 0 has the id 4294967295;',
    ],
    [
      'fewer tokens than its header says',
      llm(20_240_520, 9, counting(8)),
      'uint16',
      'byte 8: its header gives 9 tokens; found 8 after it',
    ],
    [
      'llm.c’s uint32',
      llm(20_240_801, 8, new Uint32Array(8)),
      'uint16',
      'its header says that its tokens are uint32; expected uint16: set elements',
    ],
    [
      'int64 of NumPy',
      npy('<i8', '4,', new Uint32Array(8)),
      'uint16',
      'found elements of <i8; expected <u2, NumPy\'s uint16: set elements, or save ids.astype("uint16")',
    ],
    [
      'a matrix of NumPy',
      npy('<u2', '4, 2', counting(8)),
      'uint16',
      'found an array of shape [4, 2]; expected one dimension, [tokens]',
    ],
    ['a cut array of NumPy', npy('<u2', '9,', counting(8)), 'uint16', 'byte 128: its header gives 9 tokens; found 8'],
    [
      'a damaged header of NumPy',
      Buffer.from('\x93NUMPY\x01\x00\xff\xff{}', 'latin1'),
      'uint16',
      'found a damaged header of .npy',
    ],
  ]
  test.each(wrong)('no %s', async (_, content, elements, problem) => {
    const file = written(content)
    const message = await failure(() => read(file, elements))
    expect(message).toContain(`INVALID_FILE: ${file}`)
    expect(message).toContain(problem)
  })
})

test('a file that is missing, or is none, is named', async () => {
  const folder = temporaryFolder()
  const missing = join(folder, 'no.bin')
  expect(await failure(() => load({ file: missing }))).toBe(`MISSING_FILE: ${missing} does not exist`)
  expect(await failure(() => load({ test: missing }))).toBe(`MISSING_FILE: ${missing} does not exist`)
  mkdirSync(join(folder, 'a'))
  expect(await failure(() => load({ file: join(folder, 'a') }))).toContain('INVALID_FILE')
})

test('a share that leaves no window to one of the parts is refused', async () => {
  const file = written(counting(100))
  expect(await failure(() => load({ file, test: 0.04 }))).toContain(
    `the share of 0.04 of ${file} that tests holds 4 tokens`,
  )
  expect(await failure(() => load({ file, test: 0.97 }))).toContain('for testing holds 3 tokens')
})

test('the fingerprint follows from the tokens that are seen', async () => {
  const of = async (changes: Parameters<typeof load>[0]) => {
    const { train, test } = await load(changes)
    return fingerprint({ train, test }, new Map())
  }
  const same = await of({})
  expect(await of({ file: written(Uint32Array.from(counting(100))), elements: 'uint32' })).toBe(same)
  expect(await of({ file: written(counting(100).map((id) => (id === 50 ? 51 : id))) })).not.toBe(same)
  expect(await of({ test: 0.3 })).not.toBe(same)
})

test('tokens() refuses what cannot be, and tells what it is', () => {
  const given = { file: 'a.bin', test: 0.1, context: 8, vocabulary: 300 }
  expect(dataText(tokens(given))).toBe('tokens of a.bin in windows of 8, vocabulary 300; the last 10 % test')
  expect(dataText(tokens({ ...given, test: 'b.bin' }))).toContain('; those of b.bin test')
  expect(() => tokens({ ...given, test: 1 })).toThrow('tokens: test is 1; expected a number below 1')
  expect(() => tokens({ ...given, test: true as never })).toThrow(
    'test is true; expected a file of tokens, or a share above 0 and below 1 of the training file',
  )
  expect(() => tokens({ ...given, vocabulary: 1 })).toThrow('vocabulary is 1; expected at least 2')
  expect(() => tokens({ ...given, context: 0 })).toThrow('context is 0; expected at least 1')
  expect(() => tokens({ ...given, elements: 'int64' as 'uint8' })).toThrow('expected one of uint8, uint16, uint32')
})
