import { describe, test } from 'vitest'
import { batchNorm, conv, dense, flatten, relu, residual, type LayerSpec } from '../../src/model/layers.js'
import { expectAgreement } from './support/agreement.js'

const inputShape: [number, number, number] = [2, 5, 4]
const computes = [
  { memoryFormat: 'channelsLast' },
  { memoryFormat: 'contiguous' },
  { memoryFormat: 'channelsLast', blockKernels: true },
  { memoryFormat: 'contiguous', blockKernels: true },
] as const

/** Batch norms and ReLUs in the order of their initials, with and without scale and shift. */
const sequence = (order: string, affine: boolean): LayerSpec[] =>
  Array.from(order, (initial, i) =>
    initial === 'b' ? batchNorm({ name: `norm${i}`, scale: affine, shift: affine }) : relu({ name: `relu${i}` }),
  )

// A batch norm takes on the ReLU before it or the one after it, but not both, and a ReLU goes to one batch norm.
describe.each(['b', 'rb', 'br', 'rbr', 'brb', 'rrb', 'brr', 'rbbr'])(
  'batch norms and ReLUs in the order %s',
  (order) => {
    test.each([
      ['with scale and shift', true],
      ['without either', false],
    ])('behind a dense layer equal their definition %s', async (_, affine) => {
      const layers = [
        flatten({ name: 'flatten' }),
        dense({ name: 'dense0', units: 7 }),
        ...sequence(order, affine),
        dense({ name: 'dense1', units: 4 }),
      ]
      for (const blockKernels of [false, true]) await expectAgreement({ inputShape, layers }, { blockKernels })
    })

    test.each(computes)('after a convolution equal their definition with %j', async (compute) => {
      for (const affine of [true, false]) {
        const layers = [
          conv({ name: 'conv0', filters: 5, kernel: 2 }),
          ...sequence(order, affine),
          flatten({ name: 'flatten' }),
          dense({ name: 'dense0', units: 4 }),
        ]
        await expectAgreement({ inputShape, layers }, compute)
      }
    })
  },
)

describe('a residual and the ReLU that follows it', () => {
  const convolution = (name: string) => conv({ name, filters: 2, kernel: 3, padding: 'same' })
  const around = (name: string, ...layers: LayerSpec[]) =>
    residual({ name, layers, shortcut: [convolution(`${name}.s`)] })

  test.each<[string, LayerSpec[]]>([
    ['once', [around('sum', convolution('conv0')), relu({ name: 'relu0' })]],
    ['twice', [around('sum', convolution('conv0')), relu({ name: 'relu0' }), relu({ name: 'relu1' })]],
    ['within another', [around('sum', around('inner', convolution('conv0')), relu({ name: 'relu0' }))]],
    [
      'before a batch norm',
      [around('sum', convolution('conv0')), relu({ name: 'relu0' }), batchNorm({ name: 'norm0' })],
    ],
    ['as its own last layer', [around('sum', convolution('conv0'), relu({ name: 'relu0' }))]],
    ['with an identity', [residual({ name: 'sum', layers: [convolution('conv0')] }), relu({ name: 'relu0' })]],
    ['behind a ReLU', [relu({ name: 'relu0' }), around('sum', batchNorm({ name: 'norm0' }), convolution('conv0'))]],
  ])('%s equal their definition', async (_, layers) => {
    const head = [flatten({ name: 'flatten' }), dense({ name: 'dense0', units: 4 })]
    for (const compute of computes) {
      await expectAgreement({ inputShape, layers: [convolution('stem'), ...layers, ...head] }, compute)
    }
  })
})
