import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LayerRotationError } from '../../src/errors.js'
import { encodeSafetensors } from '../../src/weights/safetensors.js'
import { checkWeights } from '../../src/weights/check-weights.js'
import { loadWeights, readWeights, saveWeights, type Weights } from '../../src/weights/weights.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const weights: Weights = new Map([
  ['dense0.weight', { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-30, NaN) }],
  ['dense0.bias', { shape: [2], data: Float32Array.of(Infinity, 7) }],
  ['scalar', { shape: [], data: Float32Array.of(42) }],
  ['empty', { shape: [0, 3], data: new Float32Array() }],
])

/** The bytes of a file with any header. */
function bytesOf(header: unknown, data: Uint8Array = new Uint8Array(), length?: bigint): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const start = Buffer.alloc(8)
  start.writeBigUInt64LE(length ?? BigInt(text.length))
  return Buffer.concat([start, text, data])
}

function written(bytes: Uint8Array): string {
  const file = join(temporaryFolder(), 'f.safetensors')
  writeFileSync(file, bytes)
  return file
}

const load = (bytes: Uint8Array): Promise<Weights> => loadWeights(written(bytes))

const encoded = (...tensors: [name: string, shape: number[], data: Float32Array][]): Buffer =>
  Buffer.concat(encodeSafetensors(tensors.map(([name, shape, data]) => ({ name, shape, data }))))

describe('safetensors', () => {
  test('are read back as they were written, bit by bit, in order', async () => {
    const file = join(temporaryFolder(), 'f.safetensors')
    await saveWeights(file, weights)
    const read = await loadWeights(file)
    expect(read).toEqual(weights)
    expect([...read.keys()]).toEqual([...weights.keys()])
  })

  test('have the published format', () => {
    const bytes = encoded(['w', [2], Float32Array.of(1, 2)])
    const header = '{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'.padEnd(88)
    expect(bytes.readBigUInt64LE()).toBe(BigInt(header.length))
    expect(bytes.toString('latin1', 8, 8 + header.length)).toBe(header)
    expect(bytes.subarray(8 + header.length).toString('hex')).toBe('0000803f00000040')
  })

  test('begin their data at a multiple of 8 bytes', async () => {
    for (const name of ['a', 'ab', 'abc', 'ä€𝄞', '"\\{']) {
      const bytes = encoded([name, [1], Float32Array.of(1)])
      expect(bytes.readBigUInt64LE() % 8n).toBe(0n)
      expect((await load(bytes)).get(name)).toEqual({ shape: [1], data: Float32Array.of(1) })
    }
  })

  test('take a view of other numbers', async () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3)
    expect((await load(encoded(['w', [2], data]))).get('w')).toEqual({ shape: [2], data: Float32Array.of(1, 2) })
  })

  test('of any names and shapes come back', async () => {
    const size = fc.nat(4)
    const tensor = fc.array(size, { maxLength: 3 }).chain((shape) => {
      const length = shape.reduce((product, n) => product * n, 1)
      return fc
        .array(fc.float(), { minLength: length, maxLength: length })
        .map((values) => ({ shape, data: Float32Array.from(values) }))
    })
    const name = fc.string({ unit: 'binary' }).filter((name) => name !== '__metadata__')
    const names = fc.oneof(name, fc.constantFrom('__proto__', 'constructor', 'toString', '0', '-1', ''))
    const file = join(temporaryFolder(), 'f.safetensors')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(names, tensor), { maxLength: 5 }), async (entries) => {
        await saveWeights(file, new Map(entries))
        expect(await loadWeights(file)).toEqual(new Map(entries))
      }),
      { numRuns: 200 },
    )
  })

  test('may have metadata, which are left out', async () => {
    const header = { __metadata__: { format: 'pt' }, w: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }
    expect([...(await load(bytesOf(header, new Uint8Array(4)))).keys()]).toEqual(['w'])
  })

  test('may have tensors in another order than their bytes, and data that are not aligned', async () => {
    const header = {
      b: { dtype: 'F32', shape: [1], data_offsets: [1, 5] },
      a: { dtype: 'U8', shape: [], data_offsets: [0, 1] },
    }
    const read = await load(bytesOf(header, Buffer.from('07000080bf', 'hex')))
    expect([...read]).toEqual([
      ['a', { shape: [], data: Float32Array.of(7) }],
      ['b', { shape: [1], data: Float32Array.of(-1) }],
    ])
  })
})

describe('other data types become F32:', () => {
  // The bytes are those of numpy and PyTorch, little-endian.
  test.each<[string, string, number[]]>([
    ['F16', '003c 00c0 ff7b 0100 0004 5535', [1, -2, 65504, 2 ** -24, 2 ** -14, 0.333251953125]],
    ['F16', '007c 00fc 0000 ff83', [Infinity, -Infinity, 0, -1023 * 2 ** -24]],
    ['F16', '017e 0080', [NaN, -0]],
    ['BF16', '803f 49c0 807f ab3e', [1, -3.140625, Infinity, 0.333984375]],
    ['F64', '9a9999999999b93f 000000e0ffffef47', [Math.fround(0.1), 3.4028234663852886e38]],
    // 448 and 2 ** -9 are the largest and the smallest number of E4M3, 57344 and 2 ** -16 those of E5M2.
    ['F8_E4M3', '38 b8 7e 01 08 7f 30', [1, -1, 448, 2 ** -9, 2 ** -6, NaN, 0.5]],
    ['F8_E5M2', '3c bc 7b 01 7c fc 7e', [1, -1, 57344, 2 ** -16, Infinity, -Infinity, NaN]],
    ['I64', 'feffffffffffffff 0100000001000000', [-2, 2 ** 32]],
    ['I32', 'ffffffff 00000080', [-1, -(2 ** 31)]],
    ['I16', 'ffff ff7f', [-1, 32767]],
    ['I8', 'ff 7f', [-1, 127]],
    ['U64', 'ffffffffffffffff', [2 ** 64]],
    ['U32', 'ffffffff', [2 ** 32]],
    ['U16', 'ffff', [65535]],
    ['U8', 'ff 00', [255, 0]],
    ['BOOL', '01 00', [1, 0]],
  ])('%s %s', async (dtype, hex, values) => {
    const data = Buffer.from(hex.replaceAll(' ', ''), 'hex')
    const header = { w: { dtype, shape: [values.length], data_offsets: [0, data.length] } }
    expect((await load(bytesOf(header, data))).get('w')!.data).toEqual(Float32Array.from(values))
  })

  test('a tensor of more than one chunk', async () => {
    const length = 2 ** 23 + 3
    const data = Uint16Array.from({ length }, (_, i) => i)
    const header = { w: { dtype: 'U16', shape: [length], data_offsets: [0, 2 * length] } }
    const read = (await load(bytesOf(header, new Uint8Array(data.buffer)))).get('w')!.data
    expect(read.length).toBe(length)
    expect(read.every((value, i) => value === i % 65536)).toBe(true)
  })
})

describe('tensors that are not wanted', () => {
  const f32 = (...data_offsets: number[]) => ({ dtype: 'F32', shape: [1], data_offsets })
  const header = {
    a: f32(0, 4),
    spectrum: { dtype: 'C64', shape: [1], data_offsets: [4, 12] },
    quantized: { dtype: 'F4', shape: [4], data_offsets: [12, 14] },
    b: f32(14, 18),
  }

  test('may have any data type', async () => {
    const file = written(
      bytesOf(header, Buffer.from('0000803f 01020304050607080910 00000040'.replaceAll(' ', ''), 'hex')),
    )
    expect([...(await loadWeights(file, ['b', 'a']))]).toEqual([
      ['a', { shape: [1], data: Float32Array.of(1) }],
      ['b', { shape: [1], data: Float32Array.of(2) }],
    ])
    expect(await failure(() => loadWeights(file))).toContain('spectrum is of type C64, which cannot become F32')
    expect(await failure(() => loadWeights(file, ['a', 'c']))).toBe(
      `INVALID_FILE: ${file} has no tensor "c"; did you mean "a"?`,
    )
  })

  test('are not read: a file that claims gigabytes is checked by its header', async () => {
    const bytes = 3 * 2 ** 30
    const file = written(bytesOf({ ...header, big: { dtype: 'U8', shape: [bytes], data_offsets: [18, 18 + bytes] } }))
    truncateSync(file, readFileSync(file).length + 18 + bytes) // without blocks on the disk
    const before = process.memoryUsage().arrayBuffers
    expect([...(await loadWeights(file, ['a'])).keys()]).toEqual(['a'])
    const model = new Map([['big', { shape: [10], kind: 'parameter' as const }]])
    const misfit = await failure(() => readWeights(file, (tensors) => checkWeights(tensors, model, file)))
    expect(misfit).toContain(`big has shape [${bytes}]; expected [10]`)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26)
  })
})

describe('another file than safetensors says what it is:', () => {
  /** A ZIP archive's first header, of a file with this name. */
  const zip = (name: string) => {
    const header = Buffer.alloc(30)
    header.write('PK\x03\x04', 'latin1')
    header.writeUInt16LE(name.length, 26)
    return Buffer.concat([header, Buffer.from(name), Buffer.alloc(100)])
  }
  const text = (content: string) => Buffer.from(content, 'latin1')

  test.each<[string, Uint8Array, string]>([
    [
      'PyTorch',
      zip('archive/data.pkl'),
      'a PyTorch file; pickled data may run code, so it is never read; convert it with',
    ],
    [
      'an old PyTorch',
      text('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.'),
      'a pickle, such as an old PyTorch file; pickled',
    ],
    [
      'NumPy',
      zip('conv0.weight.npy'),
      'an archive of NumPy arrays; convert it with NumPy: safetensors.numpy.save_file(',
    ],
    ['one array of NumPy', text('\x93NUMPY\x01\x00v\x00{'), 'a single array of NumPy; its array has no name'],
    [
      'Keras 2',
      text('\x89HDF\r\n\x1a\n\x00\x00'),
      'an HDF5 file, such as Keras writes; write its arrays under PyTorch',
    ],
    ['Keras 3', zip('metadata.json'), 'a Keras file; write its arrays'],
    ['any archive', zip('readme.txt'), 'a ZIP archive; unpack it'],
    [
      'Git LFS',
      text('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n'),
      'a pointer of Git LFS, without the weights themselves; run `git lfs pull`',
    ],
    ['a web page', text('\n<!DOCTYPE html><html><head>'), 'a web page; download the file itself'],
    ['an index', text('{"metadata": {"total_size": 1}}'), 'JSON; the index of weights in several files'],
    ['gzip', text('\x1f\x8b\x08\x00\x00\x00\x00\x00\x00'), 'compressed; unpack it'],
    ['GGUF', text('GGUF\x03\x00\x00\x00\x01'), 'a GGUF file; use the safetensors file'],
  ])('%s', async (_, bytes, message) => {
    const file = written(bytes)
    expect(await failure(() => loadWeights(file))).toContain(
      `INVALID_FILE: ${file} is not a safetensors file but ${message}`,
    )
  })

  test('one that is empty, or that was not downloaded to its end', async () => {
    expect(await failure(() => load(Buffer.alloc(0)))).toContain('byte 0: the file is empty; get it again')
    expect(await failure(() => load(Buffer.alloc(100)))).toContain(
      'byte 0: found a header length of 0, as in a file that is not downloaded to its end',
    )
  })
})

describe('a hostile file', () => {
  const f32 = (shape: number[], ...data_offsets: number[]) => ({ dtype: 'F32', shape, data_offsets })
  const eight = new Uint8Array(8)
  const nested = (depth: number) => `{"w":${'['.repeat(depth)}${']'.repeat(depth)}}`

  test.each<[string, Uint8Array, string]>([
    ['too short for a length', new Uint8Array(7), 'byte 0: found 7 bytes; expected at least 8'],
    [
      'longer than the file',
      bytesOf('{}', undefined, 2n ** 63n),
      'byte 0: found a header length of 9223372036854775808',
    ],
    [
      'a header beyond reason',
      bytesOf(' '.repeat(2 ** 24 + 1)),
      'byte 0: found a header length of 16777217; expected at most 16777216',
    ],
    ['no JSON', bytesOf('{'), 'byte 8: the header is not valid JSON'],
    ['no UTF-8', bytesOf('x').fill(0xff, 8), 'byte 8: the header is not valid JSON'],
    ['a string without end', bytesOf('{"w'), 'byte 8: the header is not valid JSON'],
    ['an escape without end', bytesOf('{"w\\'), 'byte 8: the header is not valid JSON'],
    ['a list', bytesOf([]), 'byte 8: the header is not a JSON object'],
    ['null', bytesOf(null), 'byte 8: the header is not a JSON object'],
    ['a tensor of null', bytesOf({ w: null }), 'byte 9: w is not a JSON object'],
    [
      'a name that would fill the screen',
      bytesOf({ ['w'.repeat(1001)]: f32([2], 0, 8) }, eight),
      'byte 9: found a name of 1001 characters; expected at most 1000',
    ],
    ['lists in lists', bytesOf(nested(3)), 'byte 15: the header is nested more than 3 deep'],
    ['lists without end', bytesOf(nested(2 ** 22)), 'byte 15: the header is nested more than 3 deep'],
    ['objects without end', bytesOf('{"w":'.repeat(2 ** 20)), 'byte 23: the header is nested more than 3 deep'],
    [
      'a data type that has no real numbers',
      bytesOf({ w: { ...f32([1], 0, 8), dtype: 'C64' } }, eight),
      'w is of type C64, which cannot become F32; expected one of F32, F64, F16, BF16',
    ],
    ['a data type that every object has', bytesOf({ w: { ...f32([2], 0, 4), dtype: 'valueOf' } }, eight), 'dtype of w'],
    [
      'no data type',
      bytesOf({ w: { shape: [2], data_offsets: [0, 8] } }, eight),
      'the dtype of w is missing; expected',
    ],
    ['a negative size', bytesOf({ w: f32([-2], 0, 8) }, eight), 'the shape of w is [-2]; expected a list of sizes'],
    ['half a size', bytesOf({ w: f32([0.5], 0, 2) }, eight), 'the shape of w is [0.5]'],
    [
      'a huge size',
      bytesOf({ w: f32([2 ** 52, 2 ** 52], 0, 8) }, eight),
      'w of shape [4503599627370496,4503599627370496]',
    ],
    [
      'sizes whose product is 0 · ∞',
      bytesOf({ w: f32([...Array<number>(30).fill(2 ** 52), 0], 0, 0) }),
      'expected NaN',
    ],
    [
      'a size beyond integers',
      bytesOf('{"w":{"dtype":"F32","shape":[1e300],"data_offsets":[0,8]}}', eight),
      'shape of w',
    ],
    ['a size that is a text', bytesOf({ w: { ...f32([], 0, 4), shape: ['1'] } }, eight), 'the shape of w is ["1"]'],
    [
      'a million wrong sizes',
      bytesOf({ w: f32(Array<number>(1e6).fill(-1), 0, 8) }, eight),
      'the shape of w is [-1,-1,',
    ],
    ['offsets beyond the file', bytesOf({ w: f32([4], 0, 16) }, eight), 'the file ends within w, which ends at byte'],
    ['offsets that go back', bytesOf({ w: f32([2], 8, 0) }, eight), 'has data_offsets [8,0]; expected 8 bytes'],
    ['offsets of another length', bytesOf({ w: f32([1], 0, 8) }, eight), 'has data_offsets [0,8]; expected 4 bytes'],
    [
      'overlapping tensors',
      bytesOf({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, eight),
      'byte 62: b begins at byte 4 of the data; expected 8, where the tensor before it ends',
    ],
    ['the same bytes twice', bytesOf({ a: f32([2], 0, 8), b: f32([2], 0, 8) }, eight), 'b begins at byte 0'],
    ['a gap', bytesOf({ a: f32([1], 4, 8) }, eight), 'byte 9: a begins at byte 4 of the data; expected 0'],
    ['bytes after the last tensor', bytesOf({ a: f32([1], 0, 4) }, eight), 'found 4 bytes after the last tensor'],
    ['one offset', bytesOf({ a: f32([1], 0) }, eight), 'the data_offsets of a are [0]; expected two'],
    ['another key', bytesOf({ a: { ...f32([1], 0, 4), more: 1 } }, eight), 'a has an unknown key "more"'],
    [
      'a name twice',
      bytesOf(`{"a":${JSON.stringify(f32([1], 0, 4))},"\\u0061":${JSON.stringify(f32([1], 0, 4))}}`, new Uint8Array(4)),
      'byte 62: the name "a" appears twice',
    ],
    [
      'a key twice',
      bytesOf('{"a":{"dtype":"F64","dtype":"F32","shape":[1],"data_offsets":[0,4]}}'),
      '"dtype" appears twice',
    ],
    ['a tensor named __proto__ that is none', bytesOf('{"__proto__":{"a":1}}'), '__proto__ has an unknown key "a"'],
  ])('%s', async (_, bytes, message) => {
    const found = await failure(() => load(bytes))
    expect(found).toMatch(/^INVALID_FILE: .*f\.safetensors is not a valid safetensors file: byte \d+: /)
    expect(found).toContain(message)
  })

  test('that is larger than all memory is refused before anything is allocated', async () => {
    const elements = 2 ** 44
    const file = written(bytesOf({ w: { dtype: 'U8', shape: [elements / 4], data_offsets: [0, elements / 4] } }))
    truncateSync(file, readFileSync(file).length + elements / 4) // without blocks on the disk
    expect(await failure(() => loadWeights(file))).toContain(
      `OUT_OF_MEMORY: ${file}: byte 8: its tensors need 17592.2 GB of memory, but this process may use `,
    )
  })

  test('with any byte changed, put in or cut off is read or refused, and nothing else happens', async () => {
    const valid = encoded(
      ...[...weights].map(([name, { shape, data }]) => [name, shape, data] as [string, number[], Float32Array]),
    )
    const file = join(temporaryFolder(), 'f.safetensors')
    const attempt = async (bytes: Uint8Array) => {
      writeFileSync(file, bytes)
      try {
        await loadWeights(file)
      } catch (error) {
        expect(error).toBeInstanceOf(LayerRotationError)
      }
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(valid.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bytes = Uint8Array.from(valid)
        bytes[at]! ^= change
        await attempt(bytes)
        await attempt(valid.subarray(0, at))
        await attempt(Buffer.concat([valid.subarray(0, at), Buffer.of(change), valid.subarray(at)]))
      }),
      { numRuns: 300 },
    )
  })
})

describe('weights cannot be', () => {
  test('read from nowhere, or from a folder', async () => {
    expect(await failure(() => loadWeights('no/such'))).toBe(
      'MISSING_FILE: no/such does not exist; expected a safetensors file',
    )
    const folder = temporaryFolder()
    expect(await failure(() => loadWeights(folder))).toBe(
      `INVALID_FILE: ${folder} cannot be read: it is not a regular file`,
    )
  })

  test('written into a folder that is not there, or over one', async () => {
    const folder = temporaryFolder()
    expect(await failure(() => saveWeights(join(folder, 'no', 'f'), weights))).toContain('its folder does not exist')
    mkdirSync(join(folder, 'f'))
    expect(await failure(() => saveWeights(join(folder, 'f'), weights))).toContain(
      `WRITE_FAILED: ${folder}/f could not`,
    )
  })

  test.each<[unknown, string]>([
    [{ w: { shape: [2], data: Float32Array.of(1, 2) } }, 'the weights are not a Map; expected one of tensors by name'],
    [new Map([[3, { shape: [1], data: Float32Array.of(1) }]]), 'a name is of type number; expected a text'],
    [new Map([['w', { shape: [2], data: [1, 2] }]]), 'the data of "w" is not a Float32Array; expected one'],
    [
      new Map([['w', { shape: [2], data: Int32Array.of(1, 2) }]]),
      'the data of "w" is not a Float32Array; expected one',
    ],
    [new Map([['w', undefined]]), 'the data of "w" is not a Float32Array; expected one'],
    [
      new Map([['w', { shape: [1.5, 2], data: new Float32Array(3) }]]),
      'the tensor "w" has the shape [1.5,2]; expected',
    ],
    [
      new Map([['w', { shape: [-1, -2], data: new Float32Array(2) }]]),
      'the tensor "w" has the shape [-1,-2]; expected',
    ],
    [new Map([['w', { shape: '2', data: new Float32Array(2) }]]), 'the tensor "w" has the shape "2"; expected a list'],
    [new Map([['w', { data: new Float32Array(1) }]]), 'the tensor "w" has the shape undefined; expected a list'],
  ])('that could not be read back are not written: %#', async (weights, problem) => {
    const file = join(temporaryFolder(), 'f')
    const message = await failure(() => saveWeights(file, weights as Weights))
    expect(message).toMatch(/^INVALID_CONFIG: /)
    expect(message).toContain(problem)
    expect(existsSync(file)).toBe(false)
  })

  test('written with a name that means something else, or with numbers that do not fill their shape', async () => {
    const file = join(temporaryFolder(), 'f')
    const one = { shape: [1], data: Float32Array.of(1) }
    expect(await failure(() => saveWeights(file, new Map([['__metadata__', one]])))).toContain(
      'INVALID_CONFIG: the tensor "__metadata__" has a name that the safetensors format reserves; choose another name',
    )
    expect(await failure(() => saveWeights(file, new Map([['w', { ...one, shape: [2, 3] }]])))).toBe(
      'INVALID_CONFIG: the tensor "w" of shape [2, 3] has 1 elements; expected 6',
    )
    expect(await failure(() => encoded(['w', [1], one.data], ['w', [1], one.data]))).toBe(
      'INVALID_CONFIG: the tensor "w" appears twice; choose a different name for each tensor',
    )
  })
})
