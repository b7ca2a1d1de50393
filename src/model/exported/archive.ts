import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { unzipSync } from 'fflate'
import { LayerRotationError } from '../../errors.js'
import { isReadFailure, readFailed } from '../../files/reading.js'
import { systemErrorName } from '../../files/system-error.js'

/** The most bytes of a file: Node reads less than 2 GiB at once. */
const largestFile = 2 ** 31 - 1

/** A file of `export_model.py`, in memory. */
export interface ExportedArchive {
  /** The path as it was given. */
  file: string
  /** The SHA-256 of the whole file in hexadecimal. */
  digest: string
  /** The content of an entry below the archive's one folder, such as `models/train.json`. @throws {LayerRotationError} INVALID_FILE */
  json(name: string): unknown
  /** The bytes of an entry. @throws {LayerRotationError} INVALID_FILE */
  bytes(name: string): Uint8Array
}

/**
 * Reads a file that `export_model.py` made. It waits for the disk, so that a model can be made and checked in one expression, as those
 * of the zoo are.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE, naming the file, for anything else than such a file
 */
export function openExported(file: string): ExportedArchive {
  const content = readRegular(file)
  const entries = new Map(Object.entries(unzip(content, file)))
  const marker = [...entries.keys()].find((name) => name.endsWith('/models/train.json'))
  if (marker === undefined) throw invalid(file, withoutGraphs([...entries.keys()]))
  const root = marker.slice(0, -'models/train.json'.length)
  const bytes = (name: string): Uint8Array => {
    const entry = entries.get(root + name)
    if (entry === undefined) throw invalid(file, `${name} is missing; export the model again`)
    return entry
  }
  const json = (name: string): unknown => {
    try {
      return JSON.parse(new TextDecoder().decode(bytes(name)))
    } catch (cause) {
      if (cause instanceof LayerRotationError) throw cause
      throw invalid(file, `${name} is not JSON: ${(cause as Error).message}`, cause)
    }
  }
  return { file, digest: createHash('sha256').update(content).digest('hex'), json, bytes }
}

/** The most characters of a problem: names in a file may be of any length. */
const longestProblem = 500

/** An error about a file that is not what `export_model.py` makes. */
export function invalid(file: string, problem: string, cause?: unknown): LayerRotationError {
  const shown = problem.length > longestProblem ? `${problem.slice(0, longestProblem)}…` : problem
  return new LayerRotationError('INVALID_FILE', `${file} is not a network of export_model.py: ${shown}`, { cause })
}

function readRegular(file: string): Uint8Array {
  try {
    const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    try {
      const found = fstatSync(handle)
      if (!found.isFile()) throw invalid(file, 'it is not a regular file')
      if (found.size > largestFile) throw invalid(file, `it has ${found.size} bytes; expected less than 2 GiB`)
      return readFileSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch (cause) {
    if (cause instanceof LayerRotationError) throw cause
    if (isReadFailure(cause) && systemErrorName(cause) !== 'ENOENT') throw readFailed(file, cause)
    if (systemErrorName(cause) !== 'ENOENT') throw invalid(file, (cause as Error).message, cause)
    const expected = 'expected a network that export_model.py made (`layer-rotation exporter > export_model.py`)'
    throw new LayerRotationError('MISSING_FILE', `${file} does not exist; ${expected}`, { cause })
  }
}

/** The entries of an archive, which are stored as they are and together no longer than it: no archive unpacks without end. */
function unzip(content: Uint8Array, file: string): Record<string, Uint8Array> {
  let total = 0
  try {
    return unzipSync(content, {
      filter({ name, compression, size }) {
        if (compression !== 0) throw invalid(file, `${name} is compressed; expected it as it was stored`)
        total += size
        if (total > content.length) throw invalid(file, 'its entries overlap')
        return true
      },
    })
  } catch (cause) {
    if (cause instanceof LayerRotationError) throw cause
    throw invalid(file, `it is no ZIP archive, or a damaged one (${(cause as Error).message})`, cause)
  }
}

function withoutGraphs(names: readonly string[]): string {
  const found = names.some((name) => /(^|\/)models\/[^/]+\.json$/.test(name))
    ? 'it holds one graph, as torch.export.save writes it, and a training takes one for training and one for evaluation'
    : 'it holds no graph'
  return `${found}; export the module with the program that \`layer-rotation exporter\` prints`
}
