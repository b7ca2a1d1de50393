import { describe, expect, test } from 'vitest'
import { batchNorm, dense, flatten, relu } from '../../src/model/layers.js'
import { mlp } from '../../src/model/mlp.js'
import { findMisfit, outputShape } from '../../src/model/shapes.js'

const image = [1, 28, 28]

test('shapes follow from layer to layer', () => {
  let shape: readonly number[] = image
  const shapes = mlp({ hidden: [100], batchNorm: true }).layers.map((layer) => (shape = outputShape(layer, shape)))
  expect(shapes).toEqual([[784], [100], [100], [100], [10]])
})

describe('findMisfit', () => {
  test('is silent where all layers fit', () => {
    expect(findMisfit(mlp({ hidden: [784], batchNorm: true }).layers, image, 10)).toBeUndefined()
  })

  test('names a layer that gets an image where it takes a row', () => {
    expect(findMisfit([relu({ name: 'r' }), dense({ name: 'd', units: 10 })], image, 10)).toEqual({
      layer: 1,
      message: 'd takes one row of features, [n], but r gives [1, 28, 28]; put a flatten between',
    })
    expect(findMisfit([batchNorm({ name: 'b' })], image, 10)?.message).toContain('b takes one row of features')
  })

  test('names the last layer and both shapes where the units are not the classes', () => {
    expect(findMisfit([flatten({ name: 'f' }), dense({ name: 'd', units: 12 })], image, 10)).toEqual({
      layer: 1,
      message: 'd gives [12], but the data has 10 classes; expected [10]',
    })
  })

  test('wants a dense layer at the end', () => {
    expect(findMisfit([flatten({ name: 'f' }), relu({ name: 'r' })], image, 10)).toEqual({
      layer: 1,
      message: 'r is of type relu; expected the last layer to be dense, with one unit a class',
    })
  })
})
