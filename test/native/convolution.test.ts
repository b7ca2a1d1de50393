import { describe, expect, test } from 'vitest'
import { conv, flatten, type LayerSpec } from '../../src/model/layers.js'
import { convolutionTolerance } from '../support/device.js'
import { allImages, imageTrainer, logits } from './support/image-model.js'
import { relativeDistance } from './support/vectors.js'

type Options = Omit<Parameters<typeof conv>[0], 'name' | 'filters'>

const convolution = (options: Options, filters = 6): LayerSpec[] => [
  conv({ name: 'conv0', filters, ...options }),
  flatten({ name: 'flatten' }),
]

describe('a convolution', () => {
  test.each<[string, Options, [number, number, number]]>([
    ['3 × 3', { kernel: 3 }, [4, 6, 5]],
    ['3 × 3 without a bias', { kernel: 3, bias: false }, [4, 6, 5]],
    ['1 × 1', { kernel: 1 }, [4, 6, 5]],
    ['1 × 1, stride 2', { kernel: 1, stride: 2 }, [4, 6, 5]],
    ['2 × 3, stride 3 × 1', { kernel: [2, 3], stride: [3, 1] }, [4, 6, 5]],
    ['as large as the image', { kernel: [6, 5] }, [4, 6, 5]],
    ['of one channel', { kernel: 3 }, [1, 6, 5]],
    ['padded by 1 × 2', { kernel: 3, padding: [1, 2] }, [4, 6, 5]],
    ['padded by more than its kernel', { kernel: 2, padding: 3, stride: 2 }, [4, 6, 5]],
    ['in 2 groups', { kernel: 3, groups: 2 }, [4, 6, 5]],
    ['of each channel by itself', { kernel: 3, groups: 3 }, [3, 6, 5]],
    ["'same', 3 × 3", { kernel: 3, padding: 'same' }, [4, 6, 5]],
    // TensorFlow pads an even size by nothing before and one after, an odd one on both sides.
    ["'same', 3 × 3, stride 2", { kernel: 3, padding: 'same', stride: 2 }, [4, 6, 5]],
    ["'same', 2 × 4", { kernel: [2, 4], padding: 'same' }, [4, 6, 5]],
    ["'same', 4 × 5, stride 3 × 2", { kernel: [4, 5], padding: 'same', stride: [3, 2] }, [4, 7, 6]],
    ["'same', 1 × 1, stride 2", { kernel: 1, padding: 'same', stride: 2 }, [4, 6, 5]],
    ["'same' in 3 groups, stride 2", { kernel: 3, padding: 'same', stride: 2, groups: 3 }, [3, 8, 8]],
    ["'same', larger than the image", { kernel: 7, padding: 'same' }, [2, 4, 3]],
  ])('%s equals its definition', async (_, options, inputShape) => {
    for (const kernels of [{}, { memoryFormat: 'contiguous' }, { blockKernels: true }] as const) {
      const { actual, expected } = await logits({ layers: convolution(options), inputShape }, 'evaluate', kernels)
      expect(actual).toHaveLength(expected.length)
      expect(relativeDistance(actual, expected), JSON.stringify(kernels)).toBeLessThan(convolutionTolerance)
    }
  })

  test("'same' with a stride of 2 is not PyTorch's padding by 1", async () => {
    const model = (padding: 'same' | number) => ({
      layers: convolution({ kernel: 3, stride: 2, padding }),
      inputShape: [4, 6, 6] satisfies [number, number, number],
    })
    const [same, symmetric] = [await logits(model('same')), await logits(model(1))]
    expect(relativeDistance(same.actual, symmetric.expected)).toBeGreaterThan(0.1)
  })

  // The block kernel that pads takes 5 channels one by one, and 8 as a pack.
  test.each([5, 8])("'same' with a stride of 2 passes the gradient on behind %d channels", async (filters) => {
    const layers: LayerSpec[] = [
      conv({ name: 'before', filters, kernel: 1 }),
      ...convolution({ kernel: 3, stride: 2, padding: 'same' }),
    ]
    for (const precision of ['fp32', 'bf16'] as const) {
      const probes = []
      for (const kernels of [{}, { blockKernels: true }]) {
        const { trainer } = await imageTrainer({ layers, inputShape: [3, 6, 8] }, { precision, ...kernels })
        probes.push(await trainer.probe(allImages, 'train'))
      }
      const [ours, block] = probes
      const tolerance = precision === 'bf16' ? 2 ** -7 : 1e-6
      expect(relativeDistance(block!.logits, ours!.logits)).toBeLessThan(tolerance)
      for (const [i, { name, data }] of ours!.gradients.entries()) {
        expect(relativeDistance(block!.gradients[i]!.data, data), `${name} in ${precision}`).toBeLessThan(tolerance)
      }
    }
  })
})
