import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTokenSplits } from '../../../src/data/tokens/token-splits.js'
import { expectRefusal, type Target } from '../target.js'

const elements = ['uint8', 'uint16', 'uint32'] as const

/** A file of twenty ids: the first byte of an input chooses their type, and whether a header of llm.c or NumPy is in front. */
const seeds = (): Buffer[] => {
  const ids = Uint16Array.from({ length: 20 }, (_, i) => i)
  const raw = Buffer.from(ids.buffer)
  const llm = new Int32Array(256)
  llm.set([20_240_520, 1, ids.length])
  const text = "{'descr': '<u2', 'fortran_order': False, 'shape': (20,), }".padEnd(117) + '\n'
  const npy = Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(text.length)}\x00${text}`, 'latin1')
  return [Buffer.alloc(0), Buffer.from(llm.buffer), npy].map((header) => Buffer.concat([Buffer.of(1), header, raw]))
}

/** Files of token ids, half of which test. */
export const tokenFile: Target = {
  seeds,
  run: (input, folder) => {
    const path = join(folder, 'train.bin')
    writeFileSync(path, input.subarray(1))
    const format = { elements: elements[(input[0] ?? 0) % 3]!, vocabulary: 300, context: 4 }
    return expectRefusal(() => readTokenSplits(path, 0.5, format))
  },
}
