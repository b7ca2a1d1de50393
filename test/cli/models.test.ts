import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { inspectModel, type InspectedModel } from '../../src/cli/models/inspect-model.js'
import { layerTable } from '../../src/cli/models/model-layers.js'
import { modelList } from '../../src/cli/models/model-list.js'
import { zooNames } from '../../src/model/zoo/zoo.js'
import { commandHere, commandLine } from './command-line.js'

async function models(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await commandHere(['models', ...words])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

test('lists every network with its input, parameters and monitored layers', async () => {
  const lines = (await models()).trimEnd().split('\n')
  expect(lines[0]).toMatch(/^model +input +parameters +layers$/)
  expect(lines.slice(1).map((line) => line.split(' ')[0])).toEqual(zooNames)
  const columns = new Map(lines.slice(1).map((line) => [line.split(' ')[0], line.split(/ {2,}/).slice(1, 4)]))
  expect(columns.get('vgg25')).toEqual(['3×32×32', '4,307,296', '25'])
  expect(columns.get('tinyCnn')).toEqual(['3×64×64', '4,812,640', '11'])
  expect(columns.get('wideResnet28x10')).toEqual(['3×32×32', '36,518,832', '29'])
  expect(columns.get('mlp')).toEqual(['1×28×28', '624,858', '2'])
})

test('--json lists the same for programs', async () => {
  const list = JSON.parse(await models('--json')) as InspectedModel[]
  expect(list.map(({ name }) => name)).toEqual(zooNames)
  const resnet32 = list.find(({ name }) => name === 'resnet32')!
  expect(resnet32).toMatchObject({ input: [3, 32, 32], output: [100], parameters: 470_192, buffers: 2_272 })
  expect(resnet32.monitored[13]).toBe('stage1.block0.shortcut')
  expect(resnet32).not.toHaveProperty('layers')
})

test('shows the layers of one, monitored ones numbered, those in residual layers indented', async () => {
  const lines = (await models('resnet32', 'depth=8', 'classes=10')).split('\n')
  expect(lines[2]).toMatch(/^ *# {2}layer +type +output +parameters$/)
  const place = lines.findIndex((line) => line.includes('stage1.block0.conv1'))
  expect(lines.slice(place - 4, place + 3)).toEqual([
    '   stage1.block0               residual           32×16×16',
    '3    stage1.block0.conv0       conv 3×3 /2        32×16×16       4,608',
    '     stage1.block0.batchNorm0  batchNorm          32×16×16',
    '     stage1.block0.relu0       relu               32×16×16',
    '4    stage1.block0.conv1       conv 3×3           32×16×16       9,216',
    '     stage1.block0.batchNorm1  batchNorm          32×16×16',
    '5    stage1.block0.shortcut    conv 1×1 /2        32×16×16         512',
  ])
  const convolutions = 432 + 2 * 2304 + 4608 + 9216 + 512 + 18_432 + 36_864 + 2048
  expect(lines.slice(-3)).toEqual([
    `${(convolutions + 640).toLocaleString('en')} trainable parameters, ${2 * (3 * 16 + 2 * 32 + 2 * 64)} numbers in buffers`,
    '10 monitored layers, numbered in forward order',
    '',
  ])
})

test('--json shows the parameters and buffers of one by their names in state_dict', async () => {
  const { layers, monitored } = JSON.parse(await models('resnet18', 'width=8', '--json')) as InspectedModel
  expect(layers[1]).toEqual({
    name: 'bn1',
    type: 'batchNorm',
    summary: 'batchNorm',
    depth: 0,
    output: [8, 32, 32],
    tensors: ['weight', 'bias', 'running_mean', 'running_var'].map((name) => ({
      name: `bn1.${name}`,
      kind: name.startsWith('running') ? 'buffer' : 'parameter',
      shape: [8],
    })),
    parameters: 16,
    buffers: 16,
    weight: null,
    monitored: false,
  })
  expect(monitored).toHaveLength(21)
})

test('a file from PyTorch shows its layers, and takes no settings', async () => {
  const file = 'test/model/exported/convolutional.pt2'
  expect((await models(file)).split('\n').filter((line) => /^ *\d  /.test(line))).toHaveLength(4)
  const { code, stderr } = await commandHere(['models', file, 'width=8'])
  expect(code).toBe(2)
  expect(stderr).toContain(`${file} is a file, whose network has no options; found width=8`)
})

test('no line is wider than 80 columns', async () => {
  const all = await Promise.all(zooNames.map((name) => inspectModel(name)))
  for (const lines of [modelList(all), ...all.map(layerTable)]) {
    expect(Math.max(...lines.map((line) => [...stripVTControlCharacters(line)].length))).toBeLessThanOrEqual(80)
  }
})

test('is plain where there is no terminal', async () => {
  const { stdout } = await commandLine(['models'])
  expect(stdout).toBe(await models())
  expect(stdout).not.toContain('\u001b')
  expect(await models('vgg11')).not.toContain('\u001b')
})
