import { expect, test } from 'vitest'
import type { LayerRecords, NativeLayers } from '../../src/native/contract.js'
import { layca } from '../../src/optimizer/controls/layca.js'
import type { OptimizerConfig } from '../../src/optimizer/optimizer.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { addonMeasures, type AddonMeasure } from '../../src/rotation/measures.js'
import { layersUnder, weightsOf } from '../native/support/layers.js'
import { normals } from '../native/support/random.js'
import { cosineDistance, relativeDistance, sameBits } from '../native/support/vectors.js'
import { controls, rules } from '../optimizer/cases.js'
import { layerCase, randomLayers } from '../optimizer/random-layers.js'
import { device, isCuda, onDevice } from './device.js'

/** The options for the device; the CPU, if it stands in for the GPU, takes the kernels that are written for that. */
const onGpu = isCuda ? { device } : { device, blockKernels: true }

/** One number, vectors that end inside 16 bytes, a chunk and one more, several chunks. */
const sizes = [1, 27, 2, 3, 4096, 4097, 65_537, 300_001]

/** The number of layers of a ResNet-110, so small that several share a block. */
const many = Array.from({ length: 112 }, (_, i) => 1 + ((i * 37) % 1000))

/** More chunks in the first layer, and more layers, than any GPU has blocks at a time. */
const crowd = [9_000_000, ...Array.from({ length: 3000 }, (_, i) => 1 + (i % 7))]

/**
 * The largest differences between two devices, where they exceed 1e-5 of a value: a step's angle and length are those
 * of fp32 weights, which differ in their last bits.
 */
const tolerances: Partial<Record<AddonMeasure, { relative?: number; absolute?: number }>> = {
  rotation: { relative: 1e-4, absolute: 1e-9 },
  angle: { absolute: 1e-6 },
  radial: { absolute: 1e-6 },
  tangential: { absolute: 1e-6 },
}

/** |x - y| / |y|, where the smaller ones are as good as 0. */
function expectClose(x: ArrayLike<number>, y: ArrayLike<number>, relative: number, absolute: number, name: string) {
  expect(x.length, name).toBe(y.length)
  for (let i = 0; i < x.length; i++) {
    const [a, b] = [x[i]!, y[i]!]
    if (Number.isNaN(b)) expect(a, `${name}[${i}]`).toBeNaN()
    else if (Math.abs(a - b) > absolute) {
      expect(Math.abs(a - b) / Math.abs(b), `${name}[${i}]: ${a} against ${b}`).toBeLessThanOrEqual(relative)
    }
  }
}

onDevice('the monitor', () => {
  test.each([1, 1e-2, 1e-4])('gives the rotation of weights that moved by %d of their norm', async (move) => {
    for (const [lengths, seed] of [
      [sizes, 1],
      [many, 2],
    ] as const) {
      const initial = lengths.map((size, i) => normals(size, seed + i))
      const moved = initial.map((weights, i) => {
        const change = normals(weights.length, 1000 + i)
        return weights.map((value, j) => value + move * change[j]!)
      })
      const [cpu, gpu] = [
        await layersUnder(sgd(), initial, { device: 'cpu' }),
        await layersUnder(sgd(), initial, onGpu),
      ]
      for (const layers of [cpu, gpu]) await layers.setWeights(moved)
      const [expected, found] = [await cpu.rotation(), await gpu.rotation()]
      // Below 1e-9 the squares of fp32's roundings begin.
      expectClose(found, expected, 1e-6, 1e-15, 'rotation against the CPU')
      const formula = initial.map((weights, i) => cosineDistance(moved[i]!, weights))
      expectClose(found, formula, 1e-6, 1e-15, 'rotation against the formula')
      expect(await gpu.rotation()).toEqual(found)
    }
  })

  test('gives 0 for weights that have not moved, 2 for those that turned about', async () => {
    const initial = sizes.map((size, i) => normals(size, i))
    const layers = await layersUnder(sgd(), initial, onGpu)
    expect(await layers.rotation()).toEqual(new Float64Array(sizes.length))
    await layers.setWeights(initial.map((weights) => weights.map((value) => -value)))
    expectClose(await layers.rotation(), new Float64Array(sizes.length).fill(2), 1e-12, 0, 'rotation')
  })
})

const settings = [
  layerCase(1, 1),
  layerCase(27, 9, { rateFactor: 0.5 }),
  layerCase(4097, 4097, { decay: 0.1 }),
  layerCase(33 * 65, 65, { decoupledDecay: 0.1 }),
  layerCase(130, 10, { controlled: false }),
  layerCase(6, 6, { trained: false }),
  layerCase(66_000, 660),
]
const cases = randomLayers(settings)

async function layersOf(
  optimizer: OptimizerConfig,
  options: { device: string; preferAten?: boolean; blockKernels?: boolean },
) {
  const rowSizes = settings.map(({ rowSize }) => rowSize)
  const parameters = settings.map(({ size: _size, rowSize: _rowSize, ...rest }) => rest)
  return layersUnder(optimizer, cases.initial, { rowSizes, parameters, ...options })
}

async function steps(layers: NativeLayers, count: number): Promise<LayerRecords[]> {
  const records: LayerRecords[] = []
  for (let step = 0; step < count; step++) records.push(await layers.step(cases.gradientsAt(step), cases.ratesAt(step)))
  return records
}

onDevice('a step', () => {
  const all = Object.entries(controls).flatMap(([control, make]) =>
    Object.entries(rules).map(([rule, config]) => [`${rule}, ${control}`, make(config)] as const),
  )

  test.each(all)('of %s is that of the CPU', async (_, optimizer) => {
    const cpu = await layersOf(optimizer, { device: 'cpu' })
    const gpu = await layersOf(optimizer, onGpu)
    const [expected, found] = [await steps(cpu, 12), await steps(gpu, 12)]
    const [cpuWeights, gpuWeights] = [await weightsOf(cpu), await weightsOf(gpu)]
    for (const [layer, weights] of cpuWeights.entries()) {
      expect(relativeDistance(gpuWeights[layer]!, weights), `layer ${layer}`).toBeLessThanOrEqual(1e-6)
    }
    for (const [step, record] of expected.entries()) {
      const other = found[step]!
      for (const name of addonMeasures) {
        const { relative = 1e-5, absolute = 1e-12 } = tolerances[name] ?? {}
        expectClose(other[name], record[name], relative, absolute, `step ${step}: ${name}`)
      }
    }
    // From the same weights the rotation is the same.
    await cpu.setWeights(gpuWeights)
    expectClose(found.at(-1)!.rotation, await cpu.rotation(), 1e-6, 1e-15, 'rotation after the last step')
  })

  test.each([
    ['SGD', sgd()],
    ['Layca', layca(sgd({ momentum: 0.9 }))],
    ['Layca by neuron', layca(sgd({ momentum: 0.9 }), { per: 'neuron' })],
    ...(['rotational', 'projected', 'lars', 'fixedNorm'] as const).map(
      (name) => [name, controls[name]!(rules['adam, epsilon hat']!)] as const,
    ),
  ] as const)('of %s gives the same bits again', async (_, optimizer) => {
    const runs = [await layersOf(optimizer, onGpu), await layersOf(optimizer, onGpu)]
    const [first, second] = [await steps(runs[0]!, 12), await steps(runs[1]!, 12)]
    expect(second).toEqual(first)
    const [one, two] = [await weightsOf(runs[0]!), await weightsOf(runs[1]!)]
    for (const [layer, weights] of one.entries()) expect(sameBits(two[layer]!, weights), `layer ${layer}`).toBe(true)
  })

  test.each(['sgd, momentum', 'adam, epsilon hat'])('of %s under Layca is that of ATen operations', async (rule) => {
    const optimizer = layca(rules[rule]!)
    const [aten, own] = [await layersOf(optimizer, { device, preferAten: true }), await layersOf(optimizer, onGpu)]
    for (const layers of [aten, own]) await steps(layers, 12)
    const [expected, found] = [await weightsOf(aten), await weightsOf(own)]
    for (const [layer, weights] of expected.entries()) {
      expect(relativeDistance(found[layer]!, weights), `layer ${layer}`).toBeLessThanOrEqual(1e-6)
    }
  })

  test('is that of the CPU where every block takes several items', async () => {
    const initial = crowd.map((size, layer) => normals(size, layer))
    const gradients = initial.map((weights) => weights.map((_weight, i) => 1e-3 * weights[(i + 1) % weights.length]!))
    const rates = new Float64Array(crowd.length).fill(0.01)
    for (const optimizer of [layca(sgd({ momentum: 0.9 })), controls['lars']!(sgd({ momentum: 0.9 }))]) {
      const [cpu, gpu] = [
        await layersUnder(optimizer, initial, { device: 'cpu' }),
        await layersUnder(optimizer, initial, onGpu),
      ]
      for (let step = 0; step < 2; step++) {
        const [expected, found] = [await cpu.step(gradients, rates), await gpu.step(gradients, rates)]
        expectClose(found.norm, expected.norm, 1e-6, 0, `step ${step}: norm`)
        expectClose(found.gradient_norm, expected.gradient_norm, 1e-6, 0, `step ${step}: gradient norm`)
      }
      expectClose(await gpu.rotation(), await cpu.rotation(), 1e-4, 1e-9, 'rotation')
      const [expected, found] = [await weightsOf(cpu), await weightsOf(gpu)]
      for (const [layer, weights] of expected.entries()) {
        expect(relativeDistance(found[layer]!, weights), `layer ${layer}`).toBeLessThanOrEqual(1e-6)
      }
    }
  })

  test('keeps the norms under Layca for a thousand steps', async () => {
    const layers = await layersOf(layca(sgd({ momentum: 0.9 })), onGpu)
    const [first] = await steps(layers, 1000)
    const { norm } = await layers.step(cases.gradientsAt(0), cases.ratesAt(0))
    for (const [layer, { controlled }] of settings.entries()) {
      if (controlled) expect(Math.abs(norm[layer]! / first!.norm[layer]! - 1), `layer ${layer}`).toBeLessThan(1e-6)
    }
  })
})
