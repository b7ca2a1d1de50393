import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { written } from '../../checkpoints/written/expected.js'
import { readTensors } from '../read-tensors.js'
import { expectRefusal, type Target } from '../target.js'

export const ggufFile: Target = {
  seeds: () =>
    ['gguf-float32/step0.gguf', 'gguf-float16/step10.gguf', 'odd/quantised.gguf'].map((name) =>
      readFileSync(written(name)),
    ),
  tokens: [
    'GGUF',
    'general.alignment',
    '\x09\x00\x00\x00',
    '\x08\x00\x00\x00',
    '\x04\x00\x00\x00',
    '\x1e\x00\x00\x00',
    'conv',
  ],
  run: (input, folder) => {
    const path = join(folder, 'weights.gguf')
    writeFileSync(path, input)
    return expectRefusal(() => readTensors(path))
  },
}
