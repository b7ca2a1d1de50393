import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCheckpoint } from '../../../src/checkpoints/read-checkpoint.js'
import { expectRefusal, type Target } from '../target.js'
import { pickle, pickleTokens, tensor, text } from './pickles.js'

/** A file as torch.save wrote it until PyTorch 1.5. */
export const legacyPytorchFile: Target = {
  seeds: () => [
    legacy(['}(', text('a.weight'), tensor('FloatStorage', [2, 3], [3, 1]), 'u'], ['0'], 64),
    legacy(
      ['}(', text('w'), tensor('LongStorage', [4, 4], [1, 4]), text('v'), tensor('HalfStorage', [2], [1]), 'u'],
      ['0'],
      128,
    ),
    legacy(
      ['cmine\nNet\n)\x81}(', text('_parameters'), '}(', text('w'), tensor('HalfStorage', [1, 2], [2, 1]), 'uub'],
      ['0'],
      32,
    ),
    legacy(['cposix\nsystem\n', text('touch /tmp/touched'), '\x85R'], [], 0),
  ],
  tokens: [...pickleTokens, 'little_endian', '\x89', 'M\xe9\x03', 'torch\nIntStorage\n'],
  run: (input, folder) => {
    const path = join(folder, 'weights.pth')
    writeFileSync(path, input)
    return expectRefusal(() => readCheckpoint(path))
  },
}

/** The five pickles, and storages of 16 elements. */
function legacy(object: readonly string[], keys: readonly string[], bytes: number): Uint8Array {
  const count = Buffer.alloc(8)
  count.writeBigInt64LE(16n)
  return Buffer.concat([
    pickle('\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19'),
    pickle('M\xe9\x03'),
    pickle('}', text('little_endian'), '\x88s'),
    pickle(...object),
    pickle(']', ...keys.map((key) => `${text(key)}a`)),
    ...keys.flatMap(() => [count, Buffer.alloc(bytes, 1)]),
  ])
}
