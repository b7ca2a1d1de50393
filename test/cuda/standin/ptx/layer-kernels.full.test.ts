import { beforeAll, describe, expect, test } from 'vitest'
import { compileToPtx, findKernelTools } from '../../../../scripts/kernel-table/compile.mjs'
import { buildInterpreter, runKernel, type Argument } from './support/interpreter.js'

const tools = await findKernelTools()

/** Activations as the addon's kernels take them, with the width of their packs. */
const types = {
  fp32: {
    mangled: 'f',
    wide: 4,
    array: (numbers: number[]) => Float32Array.from(numbers),
    numbers: (a: Activations) => [...a],
  },
  bf16: {
    mangled: 'N3c108BFloat16E',
    wide: 8,
    array: (numbers: number[]) =>
      Uint16Array.from(new Uint32Array(Float32Array.from(numbers).buffer), (bits) => bits >>> 16),
    numbers: (a: Activations) => [...new Float32Array(Uint32Array.from(a, (bits) => bits << 16).buffer)],
  },
} as const
type Activations = Float32Array | Uint16Array

/** Small numbers that bf16 holds, some of them equal. */
const numbersOf = (count: number, seed: number) =>
  Array.from({ length: count }, (_, i) => ((i * 7919 + seed * 104729) % 61) / 4 - 7)

const i32 = (...values: number[]): Argument => ({ value: Int32Array.from(values) })
const i64 = (...values: number[]): Argument => ({ value: BigInt64Array.from(values.map(BigInt)) })

describe.skipIf(!tools)('kernels of layers, as nvcc compiles them (skipped without nvcc of CUDA 13),', () => {
  beforeAll(buildInterpreter, 600_000)

  /** Runs a kernel of a file, in fewer blocks than there are items, with the check for races. */
  async function run(source: string, name: string, parts: Argument[], items: number) {
    const ptx = await compileToPtx(source, tools!)
    const kernel = [...ptx.matchAll(/\.entry (\w+)/g)].map(([, entry]) => entry!).find((entry) => entry.includes(name))!
    expect(kernel, name).toBeDefined()
    const launch = { kernel, blocks: Math.max(1, Math.floor(items / 2)), threads: 256, races: true }
    expect(runKernel(ptx, [{ parts }, i64(items)], launch)).toBeNull()
  }

  // [channels, taken at once]; windows of 3 × 2 overlap, and lie on the padding in part.
  const widths = (['fp32', 'bf16'] as const).flatMap((type) => [
    { type, channels: 5, n: 1 },
    { type, channels: 2 * types[type].wide, n: types[type].wide },
  ])
  const [batch, rows, columns] = [3, 7, 6]
  const [size, stride, padding] = [
    [3, 2],
    [2, 1],
    [1, 1],
  ] as const
  const out = [0, 1].map((d) => Math.floor(([rows, columns][d]! + 2 * padding[d]! - size[d]!) / stride[d]!) + 1)

  /** The pixels of an image in each window: [outputs][offset in an image, position in the window], without channels. */
  const windows = Array.from({ length: out[0]! * out[1]! }, (_, o) =>
    Array.from({ length: size[0] * size[1] }, (_, position) => {
      const row = Math.floor(o / out[1]!) * stride[0] - padding[0] + Math.floor(position / size[1])
      const column = (o % out[1]!) * stride[1] - padding[1] + (position % size[1])
      const isOnImage = row >= 0 && row < rows && column >= 0 && column < columns
      return isOnImage ? [{ pixel: row * columns + column, position }] : []
    }).flat(),
  )

  test.each(widths)(
    'pool in $type, $n of $channels channels at once',
    async ({ type, channels, n }) => {
      const { mangled, array, numbers } = types[type]
      const source = 'native/model/block/window_pool_kernel.cu'
      const name = (kernel: string) => `${kernel.length}${kernel}I${mangled}Li${n}E`
      const geometry = [channels, rows, columns, out[0]!, out[1]!, ...size, ...stride, ...padding]
      const [pixels, outputs] = [batch * rows * columns * channels, batch * windows.length * channels]
      const items = (values: number) => Math.ceil(values / n / 256)
      const images = numbersOf(pixels, 1)
      const gradient = numbersOf(outputs, 2)

      const expected = { largest: [] as number[], position: [] as number[], mean: [] as number[] }
      const ofLargest = new Array<number>(pixels).fill(0)
      const ofMeans = new Array<number>(pixels).fill(0)
      for (let i = 0; i < outputs; i++) {
        const [channel, window, image] = [
          i % channels,
          Math.floor(i / channels) % windows.length,
          Math.floor(i / channels / windows.length),
        ]
        const at = (pixel: number) => (image * rows * columns + pixel) * channels + channel
        const inside = windows[window]!
        const best = inside.reduce((best, next) => (images[at(next.pixel)]! > images[at(best.pixel)]! ? next : best))
        expected.largest.push(images[at(best.pixel)]!)
        expected.position.push(best.position)
        expected.mean.push(inside.reduce((sum, { pixel }) => sum + images[at(pixel)]!, 0) / inside.length)
        ofLargest[at(best.pixel)]! += gradient[i]!
        for (const { pixel } of inside) ofMeans[at(pixel)]! += gradient[i]! / inside.length
      }
      const isClose = (found: Activations, to: number[]) => {
        const off = numbers(found).map((x, i) => Math.abs(x - to[i]!) / Math.max(1, Math.abs(to[i]!)))
        expect(Math.max(...off)).toBeLessThan(type === 'bf16' ? 2 ** -8 : 1e-6)
      }

      const [largest, positions] = [array(new Array<number>(outputs).fill(NaN)), new Uint8Array(outputs).fill(255)]
      const forward = [i32(...geometry, outputs), array(images)]
      await run(source, name('LargestOfWindows'), [...forward, largest, positions], items(outputs))
      expect(numbers(largest)).toEqual(expected.largest)
      expect([...positions]).toEqual(expected.position)

      const means = array(new Array<number>(outputs).fill(NaN))
      await run(source, name('MeansOfWindows'), [...forward, means], items(outputs))
      isClose(means, expected.mean)

      const backward = [i32(...geometry, pixels), array(gradient)]
      const spread = array(new Array<number>(pixels).fill(NaN))
      await run(source, name('GradientsOfLargest'), [...backward, positions, spread], items(pixels))
      isClose(spread, ofLargest)

      const shared = array(new Array<number>(pixels).fill(NaN))
      await run(source, name('GradientsOfWindows'), [...backward, shared], items(pixels))
      isClose(shared, ofMeans)
    },
    300_000,
  )

  test.each(widths)(
    'add biases under ReLUs in $type, $n of $channels channels at once',
    async ({ type, channels, n }) => {
      const { mangled, array, numbers } = types[type]
      const source = 'native/model/block/bias_relu_kernel.cu'
      const count = 300
      const name = (kernel: string, work: string) =>
        `${kernel.length}${kernel}INS_${work.length}${work}I${mangled}Li${n}E`
      const [x, bias, gradient] = [
        numbersOf(count * channels, 3),
        numbersOf(channels, 4),
        numbersOf(count * channels, 5),
      ]
      const isClose = (found: Activations, to: number[]) => {
        const off = numbers(found).map((x, i) => Math.abs(x - to[i]!) / Math.max(1, Math.abs(to[i]!)))
        expect(Math.max(...off)).toBeLessThan(type === 'bf16' ? 2 ** -7 : 1e-5)
      }
      // ChannelTiles: rows, channels, rows of a tile, channels of a tile (and four bytes of padding).
      const tiles = (height: number, width: number) => ({
        argument: { value: BigInt64Array.from([count, channels, height, width].map(BigInt)) },
        across: Math.ceil(channels / width),
        count: Math.ceil(channels / width) * Math.ceil(count / height),
      })

      const y = array(new Array<number>(count * channels).fill(NaN))
      const chunked = tiles(64, n === 1 ? 4 : n)
      const addition = [chunked.argument, array(x), array(bias), y]
      await run(source, name('ChangeKnownChannels', 'AddBiasRelu'), addition, chunked.count)
      const expected = x.map((value, i) => Math.max(0, value + bias[i % channels]!))
      isClose(y, expected)

      const masked = gradient.map((g, i) => (expected[i]! > 0 ? g : 0))
      const sums = Array.from({ length: channels }, (_, c) =>
        masked.reduce((sum, g, i) => (i % channels === c ? sum + g : sum), 0),
      )
      const make = () => ({
        ofX: array(new Array<number>(count * channels).fill(NaN)),
        ofBias: array(new Array<number>(channels).fill(NaN)),
      })
      const whole = tiles(count, n === 1 ? 4 : n)
      const one = make()
      const atOnce = [whole.argument, array(gradient), y, one.ofX, one.ofBias]
      await run(source, name('SumAndChangeChannels', 'BiasReluGradient'), atOnce, whole.count)
      expect(numbers(one.ofX)).toEqual(masked)
      isClose(one.ofBias, sums)

      const two = make()
      const partial = new Float32Array((chunked.count / chunked.across) * channels).fill(NaN)
      const inChunks = [chunked.argument, array(gradient), y, two.ofX, two.ofBias, partial]
      await run(source, name('SumChannels', 'BiasReluGradient'), inChunks, chunked.count)
      await run(source, name('ChangeChannels', 'BiasReluGradient'), inChunks, chunked.across)
      expect(numbers(two.ofX)).toEqual(masked)
      isClose(two.ofBias, sums)
    },
    300_000,
  )
})
