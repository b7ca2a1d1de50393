import { resolve } from 'node:path'
import { z } from 'zod'
import { count, share } from '../../numbers.js'
import { constructorOf, type Constructor } from '../../validation/constructor.js'
import { pathSchema } from '../../validation/path.js'
import { strictObject } from '../../validation/strict-object.js'
import { dataSet } from '../data-set.js'
import { readTokenSplits } from './token-splits.js'

const tokensSchema = strictObject({
  /** The type of the data: token ids of text, or of any other sequence. */
  type: z.literal('tokens'),
  /** The file of the training tokens: ids one after the other, raw, with llm.c's header, or as NumPy's .npy. */
  file: pathSchema,
  /** The file of the test tokens; or the share of `file`, at its end, that tests instead of training, above 0 and below 1. */
  test: z.union([pathSchema, z.number().gt(0).lt(1)], {
    error: 'a file of tokens, or a share above 0 and below 1 of the training file',
  }),
  /** The number of tokens of an example, from 1 to 2²⁰: the length of the windows that a network takes. */
  context: z
    .int()
    .min(1)
    .max(2 ** 20),
  /** The number of different ids, at least 2: they are 0 … vocabulary-1, and a network gives a logit for each. */
  vocabulary: z
    .int()
    .min(2)
    .max(2 ** 31 - 1),
  /**
   * The type of the ids in the files, little-endian. As 'uint8', any file is the sequence of its bytes.
   *
   * @default "uint16"
   */
  elements: z.enum(['uint8', 'uint16', 'uint32']).default('uint16'),
})

export type TokensConfig = z.output<typeof tokensSchema>

/**
 * A sequence of token ids, such as a text, for networks from PyTorch that predict the next one. An example is a window of
 * `context` ids, and its labels are the ids that follow each of them; windows lie one after the other, and an epoch visits
 * each once. The files are those that nanoGPT and llm.c write, or NumPy's.
 *
 *     tokens({ file: 'train.bin', test: 'val.bin', context: 256, vocabulary: 50_257 })
 *     tokens({ file: 'shakespeare.txt', test: 0.1, context: 256, vocabulary: 256, elements: 'uint8' })
 *
 * Loss and accuracy are means over tokens.
 *
 * @throws {LayerRotationError} INVALID_CONFIG
 */
export const tokens: Constructor<typeof tokensSchema> = constructorOf(tokensSchema)

export const tokensSet = dataSet({
  schema: tokensSchema,
  shape: ({ context, vocabulary }) => ({ inputShape: [context], classes: vocabulary, isTokens: true }),
  images: () => undefined,
  text({ file, test, context, vocabulary }) {
    const tests = typeof test === 'string' ? `those of ${test} test` : `the last ${share(test)} test`
    return `tokens of ${file} in windows of ${context}, vocabulary ${count(vocabulary)}; ${tests}`
  },
  read({ file, test, ...format }) {
    return readTokenSplits(resolve(file), typeof test === 'string' ? resolve(test) : test, format)
  },
})
