import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { preprocessingMetadata, readPreprocessing } from '../../../src/run/preprocessing.js'
import { checkWeights } from '../../../src/weights/check-weights.js'
import { encodeSafetensors } from '../../../src/weights/safetensors.js'
import { readWeights } from '../../../src/weights/weights.js'
import { bytesOf, expectRefusal, type Target } from '../target.js'

const model = new Map([
  ['dense0.weight', { shape: [2, 3], kind: 'parameter' as const }],
  ['dense0.bias', { shape: [2], kind: 'parameter' as const }],
])

/** Weights from anywhere, held against a model. */
export const safetensors: Target = {
  seeds: () => [
    Buffer.concat(
      encodeSafetensors([
        { name: 'dense0.weight', shape: [2, 3], data: new Float32Array(6) },
        { name: 'dense0.bias', shape: [2], data: new Float32Array(2) },
      ]),
    ),
    Buffer.concat(
      encodeSafetensors(
        [{ name: 'a', shape: [], data: new Float32Array(1) }],
        preprocessingMetadata({ mean: [127], deviation: [60], classNames: ['a', 'b'] }),
      ),
    ),
    file(
      '{"a":{"dtype":"BF16","shape":[2,1],"data_offsets":[0,4]},"b":{"dtype":"I64","shape":[],"data_offsets":[4,12]}}',
      12,
    ),
    file('{"module.dense0.weight":{"dtype":"F8_E4M3","shape":[2,3],"data_offsets":[0,6]}}', 6),
    file('{"__metadata__":{"format":"pt"},"\\u0061":{"dtype":"F16","shape":[0],"data_offsets":[0,0]}}', 0),
  ],
  tokens: [
    ...['"__metadata__"', '"__proto__"', '"dtype"', '"shape"', '"data_offsets"', '"F32"', '"F64"', '"F16"', '"BOOL"'],
    ...['"U64"', '"dense0.weight"', '"num_batches_tracked"', '\\u0000', '[[', '{"a":', '1e400', '-1', '\\"'],
  ],
  run: (input, folder) => {
    const path = join(folder, 'model.safetensors')
    writeFileSync(path, input)
    return expectRefusal(async () => {
      await readPreprocessing(path)
      await readWeights(path, (tensors) => checkWeights(tensors, model, path))
    })
  },
}

function file(header: string, dataBytes: number): Uint8Array {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, bytesOf(header), Buffer.alloc(dataBytes, 7)])
}
