import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import type { NamedTensor } from '../native.js'

/**
 * The safetensors format: header length (8 bytes, little-endian), JSON header, then the tensors' bytes without gaps. Here
 * all tensors are F32, in the byte order of every platform of LibTorch, which is the format's. https://github.com/huggingface/safetensors#format
 */

/** Bytes of a safetensors file with the tensors in the order given. */
export function encodeSafetensors(tensors: readonly NamedTensor[]): Uint8Array {
  let offset = 0
  const entries = tensors.map(({ name, shape, data }) => {
    const begin = offset
    offset += data.byteLength
    return [name, { dtype: 'F32', shape, data_offsets: [begin, offset] }] as const
  })
  const header = encodeHeader(Object.fromEntries(entries))
  const bytes = new Uint8Array(8 + header.length + offset)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true)
  bytes.set(header, 8)
  for (const [i, { data }] of tensors.entries()) {
    const [begin] = entries[i]![1].data_offsets
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 8 + header.length + begin)
  }
  return bytes
}

/** Padded with spaces to a multiple of 8 bytes, so that the tensors lie aligned in the file. */
function encodeHeader(header: object): Uint8Array {
  const text = JSON.stringify(header)
  const length = new TextEncoder().encode(text).length
  return new TextEncoder().encode(text + ' '.repeat((8 - (length % 8)) % 8))
}

const size = z.int().min(0)

const headerSchema = z.record(
  z.string(),
  z.strictObject({ dtype: z.literal('F32'), shape: z.array(size), data_offsets: z.tuple([size, size]) }),
)

/**
 * Reads a safetensors file of F32 tensors; other data types are refused. Nothing in the header is believed: lengths are
 * held against the file, and the tensors must fill it without gaps or overlaps.
 *
 * @throws {LayerRotationError} INVALID_FILE, naming file and byte
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  file: string,
): Map<string, { shape: number[]; data: Float32Array }> {
  const { header, start } = decodeHeader(bytes, file)
  const tensors = Object.entries(header).sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  )
  let end = 0
  const result = new Map<string, { shape: number[]; data: Float32Array }>()
  for (const [name, { shape, data_offsets }] of tensors) {
    const expected = [end, end + 4 * shape.reduce((product, length) => product * length, 1)]
    if (data_offsets[0] !== expected[0] || data_offsets[1] !== expected[1]) {
      fail(
        file,
        8,
        `${name} of shape [${shape.join(', ')}] has data_offsets [${data_offsets.join(', ')}]; expected [${expected.join(', ')}]`,
      )
    }
    end = data_offsets[1]
    if (start + end > bytes.length)
      fail(file, bytes.length, `the file ends within ${name}, which ends at byte ${start + end}`)
    // A copy: in the file the data need not be aligned to 4 bytes.
    const data = new Float32Array((end - data_offsets[0]) / 4)
    new Uint8Array(data.buffer).set(bytes.subarray(start + data_offsets[0], start + end))
    result.set(name, { shape, data })
  }
  if (start + end !== bytes.length)
    fail(file, start + end, `found ${bytes.length - start - end} bytes after the last tensor`)
  return result
}

function decodeHeader(bytes: Uint8Array, file: string) {
  if (bytes.length < 8) fail(file, 0, `found ${bytes.length} bytes; expected at least 8`)
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  if (length > BigInt(bytes.length - 8))
    fail(file, 0, `found a header length of ${length}; the file has ${bytes.length - 8} more bytes`)
  const start = 8 + Number(length)
  const header = headerSchema.safeParse(withoutMetadata(parseJson(bytes.subarray(8, start), file)))
  if (!header.success) {
    const { path, message } = header.error.issues[0]!
    fail(file, 8, `the header's ${path.join('.') || 'top level'} is not as expected: ${message}`)
  }
  return { header: header.data, start }
}

function parseJson(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return fail(file, 8, 'the header is no JSON')
  }
}

/** `__metadata__` is the one entry that is no tensor. */
function withoutMetadata(header: unknown): unknown {
  if (typeof header !== 'object' || header === null || Array.isArray(header)) return header
  return Object.fromEntries(Object.entries(header).filter(([name]) => name !== '__metadata__'))
}

function fail(file: string, byte: number, problem: string): never {
  throw new LayerRotationError(
    'INVALID_FILE',
    `${file}: byte ${byte}: ${problem}; it is no safetensors file of this package`,
  )
}
