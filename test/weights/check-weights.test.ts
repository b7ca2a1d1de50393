import { describe, expect, test } from 'vitest'
import { checkWeights, type StateShapes } from '../../src/weights/check-weights.js'
import type { TensorDescription } from '../../src/weights/safetensors.js'
import { failure } from '../support/failure.js'

const expected = new Map([
  ['conv0.weight', { shape: [4, 3, 3, 3], kind: 'parameter' }],
  ['norm0.weight', { shape: [4], kind: 'parameter' }],
  ['norm0.bias', { shape: [4], kind: 'parameter' }],
  ['norm0.running_mean', { shape: [4], kind: 'buffer' }],
  ['norm0.running_var', { shape: [4], kind: 'buffer' }],
  ['dense.weight', { shape: [10, 4], kind: 'parameter' }],
] as const)

const tensorsOf = (shapes: Record<string, readonly number[]>): TensorDescription[] =>
  Object.entries(shapes).map(([name, shape]) => ({ name, shape, dtype: 'F32' }))

const all = Object.fromEntries(Array.from(expected, ([name, { shape }]) => [name, [...shape]]))

/** The error message for weights that differ from the expected ones. */
async function complaint(shapes: Record<string, number[] | undefined>): Promise<string[]> {
  const given = Object.entries({ ...all, ...shapes }).filter((entry): entry is [string, number[]] => !!entry[1])
  const message = await failure(() => checkWeights(tensorsOf(Object.fromEntries(given)), expected, 'f'))
  return message.split('\n  ')
}

describe('weights fit a model', () => {
  test('with all of its tensors', () => {
    expect([...checkWeights(tensorsOf(all), expected, 'f')]).toEqual(Object.keys(all).map((name) => [name, name]))
  })

  test('without running statistics, and with counts of batches, which are left out', () => {
    const parameters = Object.fromEntries(Object.entries(all).filter(([name]) => !name.includes('running')))
    const tensors = tensorsOf({ ...parameters, 'norm0.num_batches_tracked': [] })
    expect([...checkWeights(tensors, expected, 'f').keys()]).toEqual(Object.keys(parameters))
  })
})

describe('weights under other names fit a model', () => {
  const resnet = new Map([
    ['conv1.weight', { shape: [4, 3, 3, 3], kind: 'parameter' }],
    ['layer1.0.shortcut.0.weight', { shape: [4, 4, 1, 1], kind: 'parameter' }],
    ['linear.weight', { shape: [10, 4], kind: 'parameter' }],
    ['linear.bias', { shape: [10], kind: 'parameter' }],
  ] as const) as StateShapes
  const namesIn = (rename: (name: string) => string, model = resnet) => {
    const tensors = Array.from(model, ([name, { shape }]) => ({ name: rename(name), shape, dtype: 'F32' }))
    return [...checkWeights(tensors, model, 'f')].map(([theirs, ours]) => [theirs, ours, rename(ours) === theirs])
  }
  const torchvision = (name: string) => name.replace('shortcut', 'downsample').replace('linear', 'fc')

  test.each<[string, (name: string) => string]>([
    ['of DataParallel', (name) => `module.${name}`],
    ['of torch.compile', (name) => `_orig_mod.${name}`],
    ['of both', (name) => `module._orig_mod.${name}`],
    ['of a model inside another', (name) => `backbone.${name}`],
    ['of torchvision', torchvision],
    ['of torchvision under DataParallel', (name) => `module.${torchvision(name)}`],
    ['of timm', (name) => name.replace('linear', 'head')],
  ])('%s', (_, rename) => {
    const found = namesIn(rename)
    expect(found.map(([, ours]) => ours)).toEqual([...resnet.keys()])
    expect(found.every(([, , matches]) => matches)).toBe(true)
  })

  test('without the beginning that all names of the model have', () => {
    const within = new Map(Array.from(resnet, ([name, tensor]) => [`net.${name}`, tensor] as const))
    expect(namesIn((name) => name.slice('net.'.length), within).every(([, , matches]) => matches)).toBe(true)
    expect(namesIn((name) => name.replace('net.', 'module.'), within).every(([, , matches]) => matches)).toBe(true)
  })

  test('but not if two tensors would get the same name, or shapes differ', async () => {
    const tensors = tensorsOf({
      'module.conv1.weight': [4, 3, 7, 7],
      'module.layer1.0.downsample.0.weight': [4, 4, 1, 1],
      'module.fc.weight': [10, 4],
      'module.head.weight': [10, 4],
      'module.fc.bias': [10],
    })
    expect((await failure(() => checkWeights(tensors, resnet, 'f'))).split('\n  ')).toEqual([
      'INVALID_FILE: f does not fit the model, taking its names without "module.", with parts named as in the model:',
      '"module.fc.weight" of shape [10, 4] is not a tensor of the model',
      '"module.head.weight" of shape [10, 4] is not a tensor of the model',
      'module.conv1.weight has shape [4, 3, 7, 7]; expected [4, 3, 3, 3], that of conv1.weight',
    ])
  })
})

describe('weights do not fit a model', () => {
  const advice =
    'other names can be changed in Python: ' +
    'save_file({k.replace("theirs", "ours"): v for k, v in load_file("f").items()}, "renamed.safetensors")'

  test('that has another tensor, and get the nearest name', async () => {
    expect(await complaint({ 'dense.weight': undefined, 'fc.weight': [10, 4], 'dense.weigth': [10, 4] })).toEqual([
      'INVALID_FILE: f does not fit the model:',
      'dense.weight of shape [10, 4] is missing',
      '"fc.weight" of shape [10, 4] is not a tensor of the model',
      '"dense.weigth" of shape [10, 4] is not a tensor of the model; did you mean dense.weight?',
      advice,
    ])
  })

  test('of another shape', async () => {
    expect(await complaint({ 'dense.weight': [4, 10], 'norm0.running_var': [4, 1] })).toEqual([
      'INVALID_FILE: f does not fit the model:',
      'norm0.running_var has shape [4, 1]; expected [4]',
      'dense.weight has shape [4, 10]; expected [10, 4]',
    ])
  })

  test('with names of their own, and both sides are shown', async () => {
    const strangers = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`layer${i}.weight`, [1]]))
    const none = Object.fromEntries(Object.keys(all).map((name) => [name, undefined]))
    expect(await complaint({ ...none, ...strangers })).toEqual([
      'INVALID_FILE: f does not fit the model:',
      'conv0.weight of shape [4, 3, 3, 3] is missing',
      'norm0.weight of shape [4] is missing',
      'norm0.bias of shape [4] is missing',
      'dense.weight of shape [10, 4] is missing',
      ...[0, 1, 2, 3, 4].map((i) => `"layer${i}.weight" of shape [1] is not a tensor of the model`),
      'and 9995 more like these',
      advice,
    ])
  })
})
