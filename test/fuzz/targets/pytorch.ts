import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCheckpoint } from '../../../src/checkpoints/read-checkpoint.js'
import { zip } from '../../data/zip-file.js'
import { expectRefusal, type Target } from '../target.js'
import { pickle, pickleTokens, tensor, text } from './pickles.js'

/** The pickle of a file that torch.save wrote, beside a storage of 64 bytes. */
export const pytorchFile: Target = {
  seeds: () => [
    pickle('}(', text('a.weight'), tensor('FloatStorage', [2, 3], [3, 1]), 'u'),
    pickle(
      '}(',
      text('state_dict'),
      '}(',
      text('w'),
      tensor('BFloat16Storage', [4, 4], [1, 4]),
      'u',
      text('epoch'),
      'K\x03',
      'u',
    ),
    pickle('}(', text('a'), tensor('DoubleStorage', [8], [1]), 'q\x00', text('b'), 'h\x00', 'u'),
    pickle('cmine\nNet\n)\x81}(', text('_parameters'), '}(', text('w'), tensor('HalfStorage', [1, 2], [2, 1]), 'uub'),
    pickle('cposix\nsystem\n', text('touch /tmp/touched'), '\x85R'),
    pickle(']\x94(', text('deep'), ']]]]]eeee'),
  ],
  tokens: pickleTokens,
  run: (input, folder) => {
    const path = join(folder, 'weights.pt')
    const entries = [
      { name: 'archive/data.pkl', content: Buffer.from(input), isStored: true },
      { name: 'archive/data/0', content: Buffer.alloc(64, 1), isStored: true },
    ]
    writeFileSync(path, zip(entries))
    return expectRefusal(() => readCheckpoint(path))
  },
}
