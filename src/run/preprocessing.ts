import { z } from 'zod'
import { parseJson } from '../files/json.js'
import { reading } from '../files/reading.js'
import { strictObject } from '../validation/strict-object.js'
import { validate } from '../validation/validate.js'
import { readMetadata } from '../weights/safetensors.js'

const numbers = z.array(z.number()).min(1)

const schema = strictObject({
  /** [1] or [channels]: the mean of the training pixels. */
  mean: numbers,
  /** [1] or [channels]: their deviation. A network receives (pixel - mean) / deviation. */
  deviation: z.array(z.number().gt(0)).min(1),
  /** [classes]; null where classes have numbers only. */
  classNames: z.array(z.string()).nullable(),
}).refine(({ mean, deviation }) => mean.length === deviation.length, 'expected as many means as deviations')

/** All that a network needs to know of the images that trained it, so that it can be used where those are not. */
export type Preprocessing = z.output<typeof schema>

/** The name of the text in the metadata of a safetensors file. */
const key = 'layer_rotation.preprocessing'

/** The most characters of all names of classes together: far fewer than a header may have. */
const mostCharacters = 2 ** 20

/** Returns the metadata with which weights are saved. */
export function preprocessingMetadata(preprocessing: Preprocessing | null): Record<string, string> {
  if (preprocessing === null) return {}
  const { classNames } = preprocessing
  const isLong = (classNames?.reduce((sum, { length }) => sum + length, 0) ?? 0) > mostCharacters
  return { [key]: JSON.stringify({ ...preprocessing, classNames: isLong ? null : classNames }) }
}

/**
 * Reads what a file of weights says of the images that trained them; null for weights of an earlier version or of another
 * program.
 *
 * @throws {LayerRotationError} MISSING_FILE, INVALID_FILE
 */
export async function readPreprocessing(file: string): Promise<Preprocessing | null> {
  const text = (await reading(file, () => readMetadata(file), 'a safetensors file')).get(key)
  if (text === undefined) return null
  const subject = `${file}: ${key}`
  return validate(schema, parseJson(text, subject), subject, 'INVALID_FILE')
}
