import { LayerRotationError } from '../../errors.js'
import { npyHeadBytes, parseNpyHeader } from '../../files/npy-header.js'
import { fill } from '../../files/read-exactly.js'
import { reading } from '../../files/reading.js'
import { withRegular } from '../../files/regular-file.js'
import { requireMemory } from '../../memory.js'
import { count } from '../../numbers.js'

/** The ids of a file. */
export interface TokenFormat {
  elements: 'uint8' | 'uint16' | 'uint32'
  /** Ids are below it. */
  vocabulary: number
}

/** The element types: their bytes, their name in NumPy, and the first number of llm.c's header before them. */
const elementTypes = {
  uint8: { bytes: 1, numpy: '|u1', magic: undefined },
  uint16: { bytes: 2, numpy: '<u2', magic: 20_240_520 },
  uint32: { bytes: 4, numpy: '<u4', magic: 20_240_801 },
} as const

/** The most tokens of a file: their int32 take 4 GiB, the longest array of Node 20. */
const mostTokens = 2 ** 30 - 1

/**
 * Reads a file of token ids, little-endian: raw, as nanoGPT writes it; with the 256 int32 that llm.c puts in front; or as
 * .npy.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED, OUT_OF_MEMORY; INVALID_FILE naming the file, the byte and the id if
 *   one is not below `vocabulary`
 */
export function readTokenFile(path: string, format: TokenFormat): Promise<Int32Array> {
  return reading(path, () =>
    withRegular(path, async (handle) => {
      const { size } = await handle.stat()
      const { bytes } = elementTypes[format.elements]
      if (size / bytes > mostTokens)
        refuse(path, `found ${count(size)} bytes; expected at most ${count(bytes * mostTokens)}`)
      requireMemory(size + 4 * (size / bytes), `${path}: its tokens`)
      const content = new Uint8Array(size)
      await fill(handle, content, path)
      const begin = headerBytes(Buffer.from(content.buffer, 0, Math.min(size, npyHeadBytes)), size, format, path)
      if ((size - begin) % bytes !== 0) {
        refuse(path, `found ${count(size, 'byte')}; expected a multiple of ${bytes}, the size of ${format.elements}`)
      }
      return checked(idsIn(content, begin, format), begin, format, path)
    }),
  )
}

/** Returns the number of bytes before the ids. */
function headerBytes(head: Buffer, size: number, { elements }: TokenFormat, path: string): number {
  if (head.toString('latin1', 0, 6) === '\x93NUMPY') return npyBytes(head, size, elements, path)
  const [magic, written] = head.length >= llmHeader ? [head.readInt32LE(0), head.readInt32LE(8)] : [0, 0]
  const found = Object.entries(elementTypes).find(([, type]) => type.magic === magic)
  if (elements === 'uint8' || found === undefined) return 0
  const [type, { bytes }] = found
  if (type !== elements) refuse(path, `its header says that its tokens are ${type}; expected ${elements}: set elements`)
  if (written !== (size - llmHeader) / bytes) {
    refuse(path, `byte 8: its header gives ${written} tokens; found ${(size - llmHeader) / bytes} after it`)
  }
  return llmHeader
}

/** Bytes of llm.c's header: https://github.com/karpathy/llm.c/blob/master/dev/data/data_common.py */
const llmHeader = 1024

function npyBytes(head: Buffer, size: number, elements: TokenFormat['elements'], path: string): number {
  const { bytes, numpy } = elementTypes[elements]
  const array = parseNpyHeader(head)
  if (array === undefined) return refuse(path, 'found a damaged header of .npy; save the array again')
  const { type = 'a structure', shape, headerBytes } = array
  if (type !== numpy) {
    return refuse(
      path,
      `found elements of ${type}; expected ${numpy}, NumPy's ${elements}: set elements, or save ids.astype("${elements}")`,
    )
  }
  if (shape.length !== 1)
    refuse(path, `found an array of shape [${shape.join(', ')}]; expected one dimension, [tokens]`)
  if (headerBytes + shape[0]! * bytes !== size) {
    refuse(path, `byte ${headerBytes}: its header gives ${shape[0]!} tokens; found ${(size - headerBytes) / bytes}`)
  }
  return headerBytes
}

/** The ids after the first `begin` bytes of a file, as unsigned numbers. */
function idsIn(content: Uint8Array, begin: number, { elements }: TokenFormat): Uint8Array | Uint16Array | Uint32Array {
  // A header may have any length, and an array begins at a multiple of its elements' size.
  const ids = begin % 4 === 0 ? content.subarray(begin) : content.slice(begin)
  if (elements === 'uint8') return ids
  const { buffer, byteOffset, length } = ids
  return elements === 'uint16'
    ? new Uint16Array(buffer, byteOffset, length / 2)
    : new Uint32Array(buffer, byteOffset, length / 4)
}

function checked(
  ids: Uint8Array | Uint16Array | Uint32Array,
  begin: number,
  { elements, vocabulary }: TokenFormat,
  path: string,
): Int32Array {
  for (let i = 0; i < ids.length; i++) {
    if (ids[i]! < vocabulary) continue
    const byte = begin + i * elementTypes[elements].bytes
    refuse(
      path,
      `byte ${byte}: token ${i} has the id ${ids[i]!}; expected 0 … ${vocabulary - 1}, because vocabulary is ${vocabulary}`,
    )
  }
  return new Int32Array(ids)
}

function refuse(path: string, problem: string): never {
  throw new LayerRotationError('INVALID_FILE', `${path}: ${problem}`)
}
