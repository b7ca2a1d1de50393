import { LayerRotationError } from '../../errors.js'
import { count } from '../../numbers.js'
import type { TokenSplit, TokenSplits } from '../split.js'
import { readTokenFile, type TokenFormat } from './token-file.js'

/**
 * Reads the tokens of a training.
 *
 * @param test the file of the test tokens, or the share of `file` at its end
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED, OUT_OF_MEMORY; INVALID_FILE, naming the file and what is wrong
 */
export async function readTokenSplits(
  file: string,
  test: string | number,
  format: TokenFormat & { context: number },
): Promise<TokenSplits> {
  const { context } = format
  const tokens = await readTokenFile(file, format)
  if (typeof test === 'string') {
    const others = await readTokenFile(test, format)
    return { train: windowsOf(tokens, context, `${file} holds`), test: windowsOf(others, context, `${test} holds`) }
  }
  const begin = tokens.length - Math.round(test * tokens.length)
  return {
    train: windowsOf(tokens.subarray(0, begin), context, `${file} without its share of ${test} for testing holds`),
    test: windowsOf(tokens.subarray(begin), context, `the share of ${test} of ${file} that tests holds`),
  }
}

/** The whole windows; the last one's labels need a token more. */
function windowsOf(tokens: Int32Array, context: number, subject: string): TokenSplit {
  const windows = Math.floor((tokens.length - 1) / context)
  if (windows >= 1) return { tokens: tokens.subarray(0, windows * context + 1) }
  const message = `${subject} ${count(tokens.length, 'token')}; expected at least ${count(context + 1)}, a window of ${count(context)} and the token after it`
  throw new LayerRotationError('INVALID_FILE', message)
}
