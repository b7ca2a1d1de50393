import { dirname, join } from 'node:path'
import { z } from 'zod'
import { LayerRotationError } from '../errors.js'
import { parseJson } from '../files/json.js'
import { readText } from '../files/read-text.js'
import { reading } from '../files/reading.js'
import { validate } from '../validation/validate.js'

/** A file of a checkpoint in several parts. */
export interface Part {
  file: string
  /** The names of its tensors. */
  names: ReadonlySet<string>
}

/** The most bytes of an index: some hundred thousand tensors. */
const largest = 2 ** 26

/** A part lies beside its index: a path elsewhere is refused. */
const partName = z.string().regex(/^[^/\\\0]+\.(safetensors|bin)$/, 'the name of a file beside the index')

const schema = z.object({ weight_map: z.record(z.string(), partName) })

/**
 * Reads `model.safetensors.index.json` or the like, which tells in which file beside it each tensor is.
 *
 * @returns the files in the order in which the index names them
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED, INVALID_FILE
 */
export async function readShardedIndex(file: string): Promise<Part[]> {
  const text = await reading(file, () => readText(file, largest))
  const { weight_map: files } = validate(schema, parseJson(text, file), file, 'INVALID_FILE')
  const parts = new Map<string, Set<string>>()
  for (const [name, part] of Object.entries(files)) {
    const names = parts.get(part) ?? new Set()
    parts.set(part, names.add(name))
  }
  if (parts.size === 0) throw new LayerRotationError('INVALID_FILE', `${file} names no tensor; get it again`)
  return [...parts].map(([part, names]) => ({ file: join(dirname(file), part), names }))
}
