import type { FileHandle } from 'node:fs/promises'
import { LayerRotationError } from '../../errors.js'
import { inflated } from '../../files/inflated.js'
import { npyHeadBytes } from '../../files/npy-header.js'
import { fill } from '../../files/read-exactly.js'
import { reading } from '../../files/reading.js'
import { withRegular } from '../../files/regular-file.js'
import { ZipArchive, type ArchivedFile } from '../../files/zip-archive.js'
import { requireMemory } from '../../memory.js'
import { arraySource } from './array-source.js'
import { parseArrayHeader, refuse, type ArrayHeader, type ArrayType } from './npy-array.js'

/** An array in memory. */
export interface ArrayContent extends Pick<ArrayHeader, 'type' | 'shape'> {
  /** Its elements, row-major and little-endian. */
  bytes: ArrayBuffer
}

/** The most bytes that one array holds on every supported Node. */
const mostBytes = 2 ** 32 - 1

/**
 * Reads an array of numbers from a .npy or .npz file.
 *
 * @param path a .npy file, or a .npz file with `/` and the name of the array behind it
 * @param allowed the types that its elements may have
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE, READ_FAILED, OUT_OF_MEMORY
 */
export function readArray(path: string, allowed: readonly ArrayType[]): Promise<ArrayContent> {
  const { file, member } = arraySource(path)
  return reading(file, () =>
    withRegular(file, async (handle) => {
      if (member === undefined) {
        const { size } = await handle.stat()
        return readAt(handle, file, { begin: 0, size }, allowed, path)
      }
      const invalid = (problem: string, cause?: unknown) =>
        new LayerRotationError('INVALID_FILE', `${file} cannot be read as a .npz file: ${problem}`, { cause })
      const archive = await ZipArchive.open(handle, invalid)
      const entry = `${member}.npy`
      if (!archive.has(entry)) throw invalid(`it has no array ${member}${arraysOf(archive)}`)
      return readAt(handle, file, await archive.find(entry), allowed, path)
    }),
  )
}

/**
 * Returns the path of the only array of a .npz file.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE if it has none or several
 */
export function onlyArray(file: string): Promise<string> {
  return reading(file, () =>
    withRegular(file, async (handle) => {
      const invalid = (problem: string, cause?: unknown) =>
        new LayerRotationError('INVALID_FILE', `${file} cannot be read as a .npz file: ${problem}`, { cause })
      const archive = await ZipArchive.open(handle, invalid)
      const [only, ...others] = arrayNames(archive)
      if (only !== undefined && others.length === 0) return `${file}/${only}`
      const example = only === undefined ? '' : `; name one behind the file, as ${file}/${only}${arraysOf(archive)}`
      throw invalid(`it has ${only === undefined ? 'no array' : 'several arrays'}${example}`)
    }),
  )
}

const arrayNames = ({ names }: ZipArchive): string[] =>
  names.filter((name) => name.endsWith('.npy')).map((name) => name.slice(0, -'.npy'.length))

function arraysOf(archive: ZipArchive): string {
  const arrays = arrayNames(archive)
  return arrays.length === 0 ? '' : `; expected ${arrays.slice(0, 10).join(', ')}${arrays.length > 10 ? ', …' : ''}`
}

async function readAt(
  handle: FileHandle,
  file: string,
  place: ArchivedFile,
  allowed: readonly ArrayType[],
  path: string,
): Promise<ArrayContent> {
  if (place.size > mostBytes + npyHeadBytes) refuse(path, `has ${place.size} bytes; expected at most ${mostBytes}`)
  if (place.deflated !== undefined) return readInflated(file, place, allowed, path)
  const head = Buffer.alloc(Math.min(place.size, npyHeadBytes))
  await fill(handle, head, path, place.begin)
  const { headerBytes, bytes: length, ...array } = parseArrayHeader(head, place.size, allowed, path)
  requireMemory(length, `${path}: its elements`)
  const bytes = new Uint8Array(length)
  await fill(handle, bytes, path, place.begin + headerBytes)
  return { ...array, bytes: bytes.buffer }
}

async function readInflated(
  file: string,
  place: ArchivedFile,
  allowed: readonly ArrayType[],
  path: string,
): Promise<ArrayContent> {
  requireMemory(place.size, `${path}: its elements`)
  const content = Buffer.from(new ArrayBuffer(place.size))
  let at = 0
  for await (const part of inflated(file, place)) {
    if (at + part.length > place.size) refuse(path, `has more than the ${place.size} bytes that the archive names`)
    at += part.copy(content, at)
  }
  if (at < place.size) refuse(path, `has ${at} bytes; expected ${place.size}, as the archive says`)
  const { headerBytes, ...array } = parseArrayHeader(content.subarray(0, npyHeadBytes), place.size, allowed, path)
  return { type: array.type, shape: array.shape, bytes: content.buffer.slice(headerBytes) }
}
