import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadWeights, saveWeights } from '../../src/index.js'
import type { Weights } from '../../src/index.js'
import { adagrad } from '../../src/optimizer/rules/adagrad.js'
import { adamW } from '../../src/optimizer/rules/adam-w.js'
import { adam } from '../../src/optimizer/rules/adam.js'
import { muon } from '../../src/optimizer/rules/muon.js'
import { rmsprop } from '../../src/optimizer/rules/rmsprop.js'
import { clipNorm, clipValue, type GradientClippingConfig } from '../../src/optimizer/gradient-clipping.js'
import type { RuleConfig } from '../../src/optimizer/rule.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { layersUnder, weightsOf } from '../native/support/layers.js'
import { combine, norm, type Vector } from '../native/support/vectors.js'
import { cycle, layerCase, randomLayers, type LayerCase } from './random-layers.js'
import { clipped } from './reference/clipped.js'
import { referenceLayer, type ReferenceStep } from './reference/layer.js'
import { allKernels } from '../native/support/kernels.js'
import { needsPyTorch, pytorch } from '../support/pytorch/pytorch.js'
import { inTier } from '../support/tier.js'

const steps = inTier(40, 200)
const { layers, initial, gradientsAt, ratesAt } = randomLayers(
  [layerCase(1, 1), layerCase(7, 7), layerCase(17 * 3, 3), layerCase(33 * 65, 65), layerCase(20_001, 6667)],
  { dropAt: 0.6 * steps },
)

interface Twin {
  ours: RuleConfig
  theirs: [optimizer: string, options: object]
  clipping?: GradientClippingConfig
  /** c of coupled decay. */
  decay?: number
  decoupledDecay?: number
  /** PyTorch's bf16 is replaced by fp32. */
  fp32?: boolean
  /** The greatest distance of the weights, as a share of their norm; by default a millionth. */
  tolerance?: number
}

const torchMomentum = { momentum: 0.9, rateInVelocity: false } as const

const twins: Record<string, Twin> = {
  SGD: { ours: sgd(), theirs: ['SGD', {}] },
  'SGD with momentum': { ours: sgd(torchMomentum), theirs: ['SGD', { momentum: 0.9 }] },
  'SGD with dampening': {
    ours: sgd({ ...torchMomentum, dampening: 0.3 }),
    theirs: ['SGD', { momentum: 0.9, dampening: 0.3 }],
  },
  'SGD with nesterov': {
    ours: sgd({ ...torchMomentum, nesterov: true }),
    theirs: ['SGD', { momentum: 0.9, nesterov: true }],
  },
  'SGD with weight decay': {
    ours: sgd(torchMomentum),
    theirs: ['SGD', { momentum: 0.9, weight_decay: 0.1 }],
    decay: 0.1,
  },
  Adam: { ours: adam({ epsilon: 1e-8, epsilonHat: false }), theirs: ['Adam', {}] },
  'Adam with a large epsilon': {
    ours: adam({ beta1: 0.8, beta2: 0.99, epsilon: 0.01, epsilonHat: false }),
    theirs: ['Adam', { betas: [0.8, 0.99], eps: 0.01 }],
  },
  'Adam with weight decay': {
    ours: adam({ epsilon: 1e-3, epsilonHat: false }),
    theirs: ['Adam', { eps: 1e-3, weight_decay: 0.1 }],
    decay: 0.1,
  },
  AMSGrad: {
    ours: adam({ epsilon: 1e-3, epsilonHat: false, amsgrad: true }),
    theirs: ['Adam', { eps: 1e-3, amsgrad: true }],
  },
  AdamW: {
    ours: adamW({ epsilon: 1e-3, weightDecay: 0.1 }),
    theirs: ['AdamW', { eps: 1e-3, weight_decay: 0.1 }],
    decoupledDecay: 0.1,
  },
  RMSprop: { ours: rmsprop({ rho: 0.99, epsilon: 1e-8 }), theirs: ['RMSprop', {}] },
  Adagrad: { ours: adagrad({ epsilon: 1e-10 }), theirs: ['Adagrad', {}] },
  'Adagrad with an initial accumulator': {
    ours: adagrad({ epsilon: 1e-3, initialAccumulator: 0.1 }),
    theirs: ['Adagrad', { eps: 1e-3, initial_accumulator_value: 0.1 }],
  },
  'SGD with a bound of all gradients': {
    ours: sgd(torchMomentum),
    theirs: ['SGD', { momentum: 0.9, weight_decay: 0.1 }],
    clipping: clipNorm(0.5),
    decay: 0.1,
  },
  'SGD with a bound of each gradient': {
    ours: sgd(torchMomentum),
    theirs: ['SGD', { momentum: 0.9, weight_decay: 0.1 }],
    clipping: clipNorm(0.3, { per: 'parameter' }),
    decay: 0.1,
  },
  'Adam with a bound of all gradients': {
    ours: adam({ epsilon: 1e-3, epsilonHat: false }),
    theirs: ['Adam', { eps: 1e-3 }],
    clipping: clipNorm(0.5),
  },
  'SGD with a bound of each number': {
    ours: sgd({ ...torchMomentum, nesterov: true }),
    theirs: ['SGD', { momentum: 0.9, nesterov: true, weight_decay: 0.1 }],
    clipping: clipValue(0.003),
    decay: 0.1,
  },
  'Muon in fp32 with a bound of all gradients': {
    ours: muon({ precision: 'fp32' }),
    theirs: ['Muon', {}],
    clipping: clipNorm(0.5),
    decoupledDecay: 0.1,
    fp32: true,
  },
  Muon: { ours: muon(), theirs: ['Muon', {}], decoupledDecay: 0.1, tolerance: 0.02 },
  'Muon in fp32': {
    ours: muon({ precision: 'fp32' }),
    theirs: ['Muon', {}],
    decoupledDecay: 0.1,
    fp32: true,
  },
  'Muon in fp32, with other options': {
    ours: muon({ precision: 'fp32', momentum: 0.8, nesterov: false, nsSteps: 3, shapeFactor: 'matchRmsAdamW' }),
    theirs: ['Muon', { momentum: 0.8, nesterov: false, ns_steps: 3, adjust_lr_fn: 'match_rms_adamw', weight_decay: 0 }],
    fp32: true,
  },
}

const rowSizes = layers.map(({ rowSize }) => rowSize)

/** The weights of each twin in PyTorch after all steps. */
let theirs: Weights

const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-torch-optim-'))
afterAll(() => rmSync(folder, { recursive: true }))

needsPyTorch()
beforeAll(async () => {
  const [tensors, out] = ['tensors.safetensors', 'out.safetensors'].map((name) => join(folder, name))
  const optimizers = Object.fromEntries(
    Object.entries(twins).map(([name, { theirs, fp32 = false, clipping }]) => [
      name,
      [...theirs, fp32, clipping ? inTorch(clipping) : null],
    ]),
  )
  const rates = Array.from({ length: steps }, (_, step) => [...ratesAt(step)])
  const named = (prefix: string, arrays: readonly Float32Array[]) =>
    arrays.map((data, layer): [string, { shape: number[]; data: Float32Array }] => [
      `${prefix}.${layer}`,
      { shape: shapeOf(layers[layer]!), data },
    ])
  const gradients = Array.from({ length: cycle }, (_, i) => named(`gradients.${i}`, gradientsAt(i))).flat()
  await saveWeights(tensors!, new Map([...named('weights', initial), ...gradients]))
  await pytorch('test/optimizer/torch_optim.py', optimizers, rates, tensors, out)
  theirs = await loadWeights(out!)
}, 120_000)

/** The function, its bound, and whether it clips each layer by itself. */
const inTorch = (clipping: GradientClippingConfig) =>
  clipping.type === 'clipValue'
    ? ['clip_grad_value_', clipping.max, false]
    : ['clip_grad_norm_', clipping.max, clipping.per === 'parameter']

const shapeOf = ({ size, rowSize }: LayerCase) => [size / rowSize, rowSize]

/** Expects weights that differ by little of their norm before or after all steps, the larger one: they may end near 0. */
function expectSame(found: Vector, name: string, layer: number) {
  const expected = theirs.get(`${name}.${layer}`)!.data
  const scale = Math.max(norm(initial[layer]!), norm(expected))
  expect(norm(combine(1, found, -1, expected)) / scale, `layer ${layer}`).toBeLessThan(twins[name]!.tolerance ?? 1e-6)
}

describe(`after ${steps} steps from the same gradients, at rates that change, the weights are those of torch.optim:`, () => {
  test.each(Object.entries(twins))(
    '%s',
    async (name, { ours: optimizer, clipping = null, decay = 0, decoupledDecay = 0 }) => {
      const parameters = layers.map((layer) => ({ ...layer, decay, decoupledDecay }))
      for (const kernels of allKernels) {
        const ours = await layersUnder(optimizer, initial, {
          parameters,
          rowSizes,
          gradientClipping: clipping,
          ...kernels,
        })
        for (let step = 0; step < steps; step++) await ours.step(gradientsAt(step), ratesAt(step))
        for (const [layer, weights] of (await weightsOf(ours)).entries()) expectSame(weights, name, layer)
      }
    },
  )

  test.each(Object.entries(twins))('%s, in the references in fp64', (name, twin) => {
    const { ours, clipping, decay = 0, decoupledDecay = 0 } = twin
    const references: ReferenceStep[] = layers.map((layer, i) =>
      referenceLayer(ours, initial[i]!, { ...layer, decay, decoupledDecay }),
    )
    let weights: Vector[] = initial
    for (let step = 0; step < steps; step++) {
      const [gradients, rates] = [clipped(clipping, gradientsAt(step)), ratesAt(step)]
      weights = weights.map((before, layer) => references[layer]!(before, gradients[layer]!, rates[layer]!))
    }
    for (const [layer, each] of weights.entries()) expectSame(each, name, layer)
  })
})
