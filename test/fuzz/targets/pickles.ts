/** Operations of pickles, as a state dict has them. */
export const pickleTokens = [
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
]

/** A pickle of protocol 2 from its operations, a byte a character. */
export const pickle = (...operations: string[]): Uint8Array => Buffer.from(`\x80\x02${operations.join('')}.`, 'latin1')

export const text = (value: string): string => `X${String.fromCharCode(value.length)}\0\0\0${value}`

const tuple = (numbers: readonly number[]): string => `(${numbers.map((n) => `K${String.fromCharCode(n)}`).join('')}t`

/** A tensor of a storage with 16 elements under the key 0. */
export const tensor = (storage: string, shape: readonly number[], strides: readonly number[]): string =>
  [
    'ctorch._utils\n_rebuild_tensor_v2\n(',
    ...['(', text('storage'), `ctorch\n${storage}\n`, text('0'), text('cpu'), 'K\x10tQ'],
    ...['K\x00', tuple(shape), tuple(strides), '\x89ccollections\nOrderedDict\n)RtR'],
  ].join('')
