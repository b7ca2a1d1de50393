import { join } from 'node:path'
import { expect, test } from 'vitest'
import { presets, saveWeights, type Weights } from '../../src/index.js'
import { stateShapes } from '../../src/model/describe-model.js'
import { modelWeights } from '../../src/train/model-weights.js'
import { failure } from '../support/failure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const config = presets['mnist']!()
const shapes = [...stateShapes(config.model.layers, [1, 28, 28])]

/** A file with the tensors of the model, each full of its index, under other names. */
async function fileOf(rename: (name: string) => string): Promise<string> {
  const file = join(temporaryFolder(), 'weights.safetensors')
  const weights: Weights = new Map()
  for (const [index, [name, { shape }]] of shapes.entries()) {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(index)
    weights.set(rename(name), { shape: [...shape], data })
  }
  await saveWeights(file, weights)
  return file
}

test('weights under the names of DataParallel start a training under those of the model', async () => {
  const file = await fileOf((name) => `module.${name}`)
  const notes: string[] = []
  const tensors = await modelWeights(config, file, (note) => notes.push(note))
  expect(tensors.map(({ name }) => name)).toEqual(shapes.map(([name]) => name))
  expect(tensors.map(({ data }) => data[0])).toEqual(shapes.map((_, index) => index))
  expect(notes).toEqual([
    `${file}: tensors with other names than the model's (${shapes.length}) are loaded, such as "module.dense0.weight" as "dense0.weight"`,
  ])
})

test('weights under unknown names are refused with both sides', async () => {
  const file = await fileOf((name) => name.replace('dense', 'other'))
  const message = await failure(() => modelWeights(config, file))
  expect(message).toContain(`INVALID_FILE: ${file} does not fit the model:`)
  expect(message).toContain('dense0.weight of shape [784, 784] is missing')
  expect(message).toContain('"other0.weight" of shape [784, 784] is not a tensor of the model')
})
