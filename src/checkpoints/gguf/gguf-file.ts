import { LayerRotationError } from '../../errors.js'
import { withRegular } from '../../files/regular-file.js'
import type { StoredType } from '../../native/contract.js'
import { elements } from '../../shape.js'
import type { CheckpointTensor, FileTensors } from '../checkpoint.js'
import { parseBeginning } from '../parse-beginning.js'
import { bytesOf } from '../stored-types.js'
import { GgufReader, uint32Type } from './gguf-reader.js'

/** The most bytes of a header: mostly the words of a tokenizer. */
const largestHeader = 2 ** 27

const longestName = 1000
const mostDimensions = 8

/** Types of elements by their codes. */
const types: Readonly<Record<number, StoredType>> = { 0: 'F32', 1: 'F16', 28: 'F64', 30: 'BF16' }

/** Codes of integers, which are no weights; all others stand for quantised blocks. */
const integers: ReadonlySet<number> = new Set([24, 25, 26, 27])

/**
 * Lists the tensors of a GGUF file, as llama.cpp reads it, under its own names: a header with metadata, which is passed over, and
 * the tensors' names, shapes, types and places, then their bytes.
 * https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 *
 * @throws {LayerRotationError} INVALID_FILE, naming the file
 * @throws system errors as they are
 */
export function readGgufFile(file: string): Promise<FileTensors> {
  return withRegular(file, async (handle) => {
    const { size } = await handle.stat()
    return parseBeginning(handle, largestHeader, (bytes) => parseHeader(bytes, size, file))
  })
}

function parseHeader(bytes: Buffer, size: number, file: string): FileTensors {
  const invalid = (problem: string): never => {
    throw new LayerRotationError('INVALID_FILE', `${file} is not a valid GGUF file: ${problem}`)
  }
  const reader = new GgufReader(bytes, invalid)
  const version = reader.uint32()
  if (version !== 2 && version !== 3) {
    const isBig = version === 0x02000000 || version === 0x03000000
    invalid(isBig ? 'its byte order is big; expected little' : `its version is ${version}; expected 2 or 3`)
  }
  const [tensorCount, valueCount] = [reader.uint64(), reader.uint64()]
  const alignment = readAlignment(reader, valueCount, invalid)
  const infos = readInfos(reader, tensorCount, invalid)
  const begin = Math.ceil(reader.position / alignment) * alignment
  const tensors = infos.flatMap(({ name, shape, code, offset }): CheckpointTensor[] => {
    const type = types[code]
    if (type === undefined) return []
    const end = begin + offset + elements(shape) * bytesOf[type]
    if (!(end <= size)) invalid(`${name} ends at byte ${end}, and the file at byte ${size}`)
    return [{ name, shape, type, file, offset: begin + offset }]
  })
  const quantised = infos.filter(({ code }) => types[code] === undefined && !integers.has(code))
  return { tensors, notes: quantised.length === 0 ? [] : [quantisedNote(quantised, file)] }
}

interface TensorInfo {
  name: string
  shape: number[]
  code: number
  /** Bytes after the beginning of the first tensor. */
  offset: number
}

/** Passes over the metadata. @returns the bytes whose multiples the tensors begin at */
function readAlignment(reader: GgufReader, count: number, invalid: (problem: string) => never): number {
  let alignment = 32
  for (let i = 0; i < count; i++) {
    const key = reader.text(2 ** 16)
    const type = reader.uint32()
    if (key === 'general.alignment' && type === uint32Type) alignment = reader.uint32()
    else reader.skip(type)
  }
  return alignment > 0 ? alignment : invalid('its alignment is 0')
}

function readInfos(reader: GgufReader, count: number, invalid: (problem: string) => never): TensorInfo[] {
  const infos: TensorInfo[] = []
  const names = new Set<string>()
  for (let i = 0; i < count; i++) {
    const name = reader.text(longestName)
    if (names.has(name)) invalid(`the name "${name}" appears twice`)
    names.add(name)
    const dimensions = reader.uint32()
    if (dimensions > mostDimensions) invalid(`${name} has ${dimensions} dimensions; expected at most ${mostDimensions}`)
    // The one that changes fastest in memory stands first.
    const shape = Array.from({ length: dimensions }, () => reader.uint64()).reverse()
    infos.push({ name, shape, code: reader.uint32(), offset: reader.uint64() })
  }
  return infos
}

function quantisedNote(quantised: readonly TensorInfo[], file: string): string {
  const names = quantised.map(({ name }) => name)
  const shown = names.slice(0, 3).join(', ')
  const listed = names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
  return (
    `${file}: ${listed} ${names.length === 1 ? 'is' : 'are'} quantised and left out; measure the file of F32, F16 or BF16 that it was ` +
    'made from, or make one by llama-quantize --allow-requantize'
  )
}
