import { LayerRotationError } from '../errors.js'
import { dataTypes, type DataType } from './data-types.js'
import { elements } from '../shape.js'

/** One tensor of a safetensors file. */
export interface Entry {
  name: string
  /** The name of its data type: F32. */
  dtype: string
  /** The data type; undefined for one that cannot be read. */
  dataType: DataType | undefined
  shape: number[]
  /** Offset in the file of the first byte. */
  begin: number
  /** Offset in the file after the last byte. */
  end: number
}

/** Throws the error for a problem. @param byte offset in the file */
export type Fail = (byte: number, problem: string) => never

export const failIn =
  (file: string): Fail =>
  (byte, problem) => {
    throw new LayerRotationError('INVALID_FILE', `${file} is not a valid safetensors file: byte ${byte}: ${problem}`)
  }

/** The offset of the header, after its length. */
export const headerStart = 8

/** The most characters of a name, which errors repeat; none of PyTorch's is as long. */
export const longestName = 1000

/**
 * Parses a header and checks all of it: the tensors must fill the rest of the file without gaps or overlaps.
 *
 * @param bytes the header without its length
 * @param fileSize bytes of the whole file
 * @returns the tensors in the order of their bytes
 */
export function parseHeader(bytes: Uint8Array, fileSize: number, fail: Fail): Entry[] {
  const names = scan(bytes, fail)
  const header = parseJson(bytes, fail)
  if (!isObject(header)) return fail(headerStart, 'the header is not a JSON object')
  for (const [name, byte] of names) {
    if (name.length > longestName)
      fail(byte, `found a name of ${name.length} characters; expected at most ${longestName}`)
  }
  const start = headerStart + bytes.length
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => parseEntry(name, value, start, (problem) => fail(names.get(name)!, problem)))
    .sort((a, b) => a.begin - b.begin || a.end - b.end)
  let end = start
  for (const entry of entries) {
    if (entry.begin !== end) {
      const problem = `${entry.name} begins at byte ${entry.begin - start} of the data; expected ${end - start}, where the tensor before it ends`
      fail(names.get(entry.name)!, problem)
    }
    end = entry.end
    if (end > fileSize) fail(fileSize, `the file ends within ${entry.name}, which ends at byte ${end}`)
  }
  if (end !== fileSize) fail(end, `found ${fileSize - end} bytes after the last tensor`)
  return entries
}

/**
 * Parses the texts that a header has beside the tensors.
 *
 * @param bytes the header without its length
 */
export function parseMetadata(bytes: Uint8Array, fail: Fail): Map<string, string> {
  scan(bytes, fail)
  const header = parseJson(bytes, fail)
  const metadata = isObject(header) ? (header['__metadata__'] ?? {}) : {}
  if (!isObject(metadata)) return fail(headerStart, 'the __metadata__ is not a JSON object')
  const texts = Object.entries(metadata).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return new Map(texts)
}

function parseEntry(name: string, value: unknown, start: number, fail: (problem: string) => never): Entry {
  if (!isObject(value)) return fail(`${name} is not a JSON object`)
  const { dtype, shape, data_offsets: offsets, ...others } = value
  const unknown = Object.keys(others)[0]
  if (unknown !== undefined) return fail(`${name} has an unknown key ${JSON.stringify(unknown.slice(0, 100))}`)
  if (typeof dtype !== 'string' || !/^[A-Z][A-Z0-9_]{0,31}$/.test(dtype)) {
    return fail(`the dtype of ${name} is ${show(dtype)}; expected one such as ${[...dataTypes.keys()].join(', ')}`)
  }
  const dataType = dataTypes.get(dtype)
  if (!isSizes(shape)) return fail(`the shape of ${name} is ${show(shape)}; expected a list of sizes`)
  if (!isSizes(offsets) || offsets.length !== 2) {
    return fail(`the data_offsets of ${name} are ${show(offsets)}; expected two byte offsets in the data`)
  }
  const [begin, end] = offsets as [number, number]
  const length = dataType === undefined ? end - begin : dataType.bytes * elements(shape)
  if (end - begin !== length || length < 0) {
    return fail(`${name} of shape ${show(shape)} has data_offsets ${show(offsets)}; expected ${length} bytes`)
  }
  return { name, dtype, dataType, shape, begin: start + begin, end: start + end }
}

function parseJson(bytes: Uint8Array, fail: Fail): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return fail(headerStart, 'the header is not valid JSON')
  }
}

/** The deepest nesting of a header: an object of objects that hold lists. */
const deepest = 3

/**
 * Checks what JSON.parse does not: that no name appears twice in an object, and that the nesting is not deep enough to make
 * millions of objects. Bytes that are not JSON pass, because JSON.parse rejects them.
 *
 * @returns the offset in the file of each name of the outermost object
 */
function scan(bytes: Uint8Array, fail: Fail): Map<string, number> {
  const open: Map<string, number>[] = []
  let outermost = new Map<string, number>()
  for (let i = 0; i < bytes.length; i++) {
    switch (bytes[i]!) {
      case code('{'):
      case code('['):
        if (open.length === deepest) fail(headerStart + i, `the header is nested more than ${deepest} deep`)
        open.push(new Map())
        outermost = open[0]!
        break
      case code('}'):
      case code(']'):
        open.pop()
        break
      case code('"'): {
        const end = endOfString(bytes, i)
        const names = open.at(-1)
        if (names && isName(bytes, end)) {
          const name = String(parseJson(bytes.subarray(i, end), fail))
          if (names.has(name)) fail(headerStart + i, `the name ${show(name)} appears twice`)
          names.set(name, headerStart + i)
        }
        i = end - 1
      }
    }
  }
  return outermost
}

const code = (character: string): number => character.charCodeAt(0)

/** Returns the index after the closing quote of the string that opens at `begin`. */
function endOfString(bytes: Uint8Array, begin: number): number {
  let i = begin + 1
  while (i < bytes.length && bytes[i] !== code('"')) i += bytes[i] === code('\\') ? 2 : 1
  return Math.min(i + 1, bytes.length)
}

/** Returns whether a colon follows, which makes a JSON string a name. */
function isName(bytes: Uint8Array, end: number): boolean {
  let i = end
  while (bytes[i] === code(' ') || bytes[i] === code('\n') || bytes[i] === code('\r') || bytes[i] === code('\t')) i++
  return bytes[i] === code(':')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Tells whether a value is a shape: a list of sizes. */
export function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0)
}

/** A value of the header as text, shortened. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing'
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
