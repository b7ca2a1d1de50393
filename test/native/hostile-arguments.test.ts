import { expect, test } from 'vitest'
import type { LayerSpec } from '../../src/model/layers.js'
import { createLayers, createTrainer } from '../../src/native/load.js'
import { sgd } from '../../src/optimizer/rules/sgd.js'
import { failure } from '../support/failure.js'
import { layersUnder } from './support/layers.js'
import { smallSpec } from './support/small-trainer.js'

// Each of these once took minutes or all memory.

test('an array that says it has 2^32 - 1 elements is not read', async () => {
  const longest: never[] = []
  longest.length = 2 ** 32 - 1
  const options = { optimizer: sgd(), preferAten: false, threads: 1 }
  expect(await failure(() => createLayers(longest, options))).toMatch(
    /^INVALID_CONFIG: weights: expected an array of at most 1048576 elements/,
  )
  expect(await failure(() => createTrainer(smallSpec({ parameters: longest })))).toMatch(
    /^INVALID_CONFIG: parameters: expected an array of at most 1048576 elements/,
  )
})

test('lists of layers that contain each other again and again are not followed to their end', async () => {
  let layers: LayerSpec[] = [{ type: 'relu', name: 'relu' }]
  for (let depth = 0; depth < 7; depth++) {
    layers = Array.from({ length: 30 }, () => ({ type: 'residual', name: `r${depth}`, layers, shortcut: [] }))
  }
  expect(await failure(() => createTrainer({ ...smallSpec(), layers }))).toMatch(
    /^INVALID_CONFIG: layers\..*: expected at most 65536 layers in all/,
  )
})

test('a message shows the beginning of a long text, in whole characters', async () => {
  const device = 'é'.repeat(1_000_000)
  expect(await failure(() => createTrainer(smallSpec({ precision: device as 'fp32' })))).toMatch(
    /^INVALID_CONFIG: precision: expected .*, found é{50}…$/,
  )
})

test('a layer without weights, such as one whose buffer was transferred, is refused', async () => {
  const weights = new Float32Array(8)
  structuredClone(weights.buffer, { transfer: [weights.buffer] })
  expect(await failure(() => layersUnder(sgd(), [Float32Array.of(1), weights]))).toBe(
    'INVALID_CONFIG: weights.1: expected at least one number, found none',
  )
})

test('a measurement that would not end is refused', async () => {
  const layers = await layersUnder(sgd(), [Float32Array.of(1)])
  expect(await failure(() => layers.time('step', 2 ** 60))).toMatch(
    /^INVALID_CONFIG: repeats: expected an integer of at most 1000000/,
  )
})
