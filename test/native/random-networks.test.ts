import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LayerRotationError } from '../../src/errors.js'
import { describeModel, monitoredLayers, stateShapes } from '../../src/model/describe-model.js'
import type { LayerInput, LayerSpec } from '../../src/model/layers.js'
import { layerList } from '../../src/model/layers.js'
import { createTrainer } from '../../src/native/load.js'
import { layerExamples } from './support/reference-model.js'
import { randomSplit, smallSpec } from './support/small-trainer.js'

const small = fc.integer({ min: 1, max: 4 })
const pair = fc.tuple(small, small)
const window = { stride: pair, padding: fc.constantFrom('valid', 'same', [1, 1] as [number, number]) }

/** Layers without names. */
const layer = fc.oneof(
  fc.record({
    type: fc.constant('conv'),
    filters: small,
    kernel: pair,
    groups: fc.constantFrom(1, 1, 2),
    bias: fc.boolean(),
    ...window,
  }),
  fc.record({ type: fc.constant('dense'), units: small, bias: fc.boolean() }),
  fc.record({ type: fc.constantFrom('maxPool', 'averagePool'), size: pair, ...window }),
  fc.record({ type: fc.constantFrom('batchNorm', 'layerNorm'), scale: fc.boolean(), shift: fc.boolean() }),
  fc.record({ type: fc.constant('groupNorm'), groups: fc.constantFrom(1, 2) }),
  fc.record({ type: fc.constantFrom('relu', 'gelu', 'leakyRelu', 'globalAveragePool', 'flatten') }),
  fc.record({ type: fc.constant('dropout'), rate: fc.constant(0.25) }),
  fc.constantFrom(...layerExamples.flatMap(({ layers }) => layers.filter(({ type }) => type !== 'residual'))),
)

const named = (layers: readonly object[], prefix = ''): LayerInput[] =>
  layers.map((layer, i) => ({ ...layer, name: `${prefix}layer${i}` }) as LayerInput)

/** Residual layers whose layers keep the shape of their input. */
const keeping = fc.array(
  fc.oneof(
    fc.record({ type: fc.constantFrom('batchNorm', 'relu', 'gelu', 'layerNorm') }),
    fc.record({ type: fc.constant('conv'), filters: fc.constant(2), kernel: pair, padding: fc.constant('same') }),
  ),
  { minLength: 1, maxLength: 3 },
)
const block = fc.tuple(keeping, fc.option(keeping)).map(([layers, shortcut]) => ({
  type: 'residual',
  layers: named(layers, 'a.'),
  shortcut: shortcut ? named(shortcut, 'b.') : [],
}))

const inputShape = fc.tuple(fc.constant(2), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))

/** Returns the layers that fit after each other, in their order, and at the end a dense one of 4 classes. */
function fitting(candidates: readonly LayerInput[], input: readonly number[]): LayerSpec[] {
  const fits = (layers: readonly LayerSpec[]) => {
    try {
      return describeModel(layers, input)
    } catch (error) {
      if (error instanceof LayerRotationError) return null
      throw error
    }
  }
  const parse = (layers: readonly unknown[]) => layerList(1).safeParse(layers).data ?? []
  let kept: LayerSpec[] = []
  for (const candidate of candidates) {
    // One that no network may have, such as a pool with too much padding, is left out, too.
    const longer = [...kept, ...parse([candidate])]
    if (fits(longer)) kept = longer
  }
  const flat = kept.length > 0 && fits(kept)!.output.length === 1 ? [] : [{ type: 'flatten', name: 'flat' }]
  return [...kept, ...parse([...flat, { type: 'dense', name: 'classes', units: 4 }])]
}

test('the description of any network has the names and shapes of its tensors in the trainer, and its number of parameters', async () => {
  await fc.assert(
    fc.asyncProperty(inputShape, fc.option(block), fc.array(layer, { maxLength: 6 }), async (shape, first, rest) => {
      const layers = fitting(named([...(first ? [first] : []), ...rest]), shape)
      const pixels = shape.reduce((product, length) => product * length, 1)
      const data = { train: randomSplit(6, 1, pixels), test: randomSplit(3, 2, pixels) }
      const trainer = await createTrainer(smallSpec({ layers, inputShape: shape, data }))
      try {
        const expected = [...stateShapes(layers, shape)].map(([name, { shape }]) => ({ name, shape: [...shape] }))
        expect((await trainer.weights()).map(({ name, shape }) => ({ name, shape }))).toEqual(expected)
        expect(trainer.layerNames).toEqual(monitoredLayers(layers))
        expect(trainer.parameterCount).toBe(describeModel(layers, shape).parameters)
        // The shapes in between are right, too: each layer takes what the one before it makes.
        const { logits } = await trainer.probe(Int32Array.of(0, 1, 2), 'evaluate')
        expect(logits).toHaveLength(12)
      } finally {
        trainer.dispose()
      }
    }),
    { numRuns: 150 },
  )
})
