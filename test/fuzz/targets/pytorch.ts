import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCheckpoint } from '../../../src/checkpoints/read-checkpoint.js'
import { zip } from '../../data/zip-file.js'
import { expectRefusal, type Target } from '../target.js'

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
  tokens: [
    ...[
      'ctorch._utils\n_rebuild_tensor_v2\n',
      'ctorch._utils\n_rebuild_tensor_v3\n',
      'ccollections\nOrderedDict\n',
      'Q',
      'R',
      'b',
    ],
    ...[
      'X\x01\x00\x00\x00w',
      '\x8a\x08',
      '\x8d',
      '(',
      't',
      'u',
      'e',
      '.',
      '0',
      '2',
      '\x94',
      'h\x00',
      '\x93',
      '\x92',
      '\x81',
    ],
  ],
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

/** A pickle of protocol 2 from its operations, a byte a character. */
const pickle = (...operations: string[]): Uint8Array => Buffer.from(`\x80\x02${operations.join('')}.`, 'latin1')

const text = (value: string): string => `X${String.fromCharCode(value.length)}\0\0\0${value}`

const tuple = (numbers: readonly number[]): string => `(${numbers.map((n) => `K${String.fromCharCode(n)}`).join('')}t`

const tensor = (storage: string, shape: readonly number[], strides: readonly number[]): string =>
  [
    'ctorch._utils\n_rebuild_tensor_v2\n(',
    ...['(', text('storage'), `ctorch\n${storage}\n`, text('0'), text('cpu'), 'K\x10tQ'],
    ...['K\x00', tuple(shape), tuple(strides), '\x89ccollections\nOrderedDict\n)RtR'],
  ].join('')
