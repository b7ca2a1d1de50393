import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unzipSync, zipSync, type Zippable } from 'fflate'
import { expect, test } from 'vitest'
import { exported, withPrograms } from '../../../src/model/exported/exported.js'
import { failure } from '../../support/failure.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { allParameters, smallTrainer, tokenTrainer, trainEpoch } from '../../native/support/small-trainer.js'

const original = unzipSync(readFileSync(fileURLToPath(new URL('convolutional.pt2', import.meta.url))))

interface Graph {
  schema_version: { major: number }
  graph_module: {
    graph: { nodes: { target: string; inputs: { name: string; arg: object }[]; outputs: object[] }[] }
    signature: { output_specs: object[] }
  }
}

/** Writes the network with some entries changed, and gives the path of the file. */
function changed(change: (entries: Record<string, Uint8Array>) => void, level: 0 | 6 = 0, net = original): string {
  const entries = { ...net }
  change(entries)
  const file = join(temporaryFolder(), 'net.pt2')
  const stored: Zippable = Object.fromEntries(
    Object.entries(entries).map(([name, bytes]) => [name, [bytes, { level }]]),
  )
  writeFileSync(file, zipSync(stored))
  return file
}

function withGraph(change: (graph: Graph) => void, net = original): string {
  return changed(
    (entries) => {
      for (const name of ['net/models/train.json', 'net/models/eval.json']) {
        const graph = JSON.parse(new TextDecoder().decode(entries[name])) as Graph
        change(graph)
        entries[name] = new TextEncoder().encode(JSON.stringify(graph))
      }
    },
    0,
    net,
  )
}

const node = (graph: Graph, target: string) =>
  graph.graph_module.graph.nodes.find((one) => one.target.includes(target))!

const cases: [string, () => string, string][] = [
  ['a compressed archive', () => changed(() => undefined, 6), 'is compressed'],
  [
    'a file of torch.export.save',
    () =>
      changed((entries) => {
        entries['net/models/model.json'] = entries['net/models/train.json']!
        delete entries['net/models/train.json']
      }),
    'it holds one graph, as torch.export.save writes it',
  ],
  [
    'another archive',
    () => changed((entries) => Object.keys(entries).forEach((name) => delete entries[name])),
    'no graph',
  ],
  [
    'a missing graph',
    () => changed((entries) => delete entries['net/models/eval.json']),
    'models/eval.json is missing',
  ],
  ['a missing weight', () => changed((entries) => delete entries['net/data/weights/train_weight_0']), 'is missing'],
  [
    'a weight that is too short',
    () => changed((entries) => (entries['net/data/weights/train_weight_0'] = new Uint8Array(12))),
    'has 12 bytes, which a tensor of [8, 1, 3, 3] does not fit',
  ],
  [
    'pickled weights',
    () =>
      changed((entries) => {
        const name = 'net/data/weights/train_weights_config.json'
        const text = new TextDecoder().decode(entries[name]).replace('"use_pickle": false', '"use_pickle": true')
        entries[name] = new TextEncoder().encode(text)
      }),
    'is pickled, which may run code; it is never read',
  ],
  ['another schema', () => withGraph((graph) => (graph.schema_version.major = 9)), 'is of schema 9; expected 8'],
  [
    'an operator that reads files',
    () => withGraph((graph) => (node(graph, 'conv2d').target = 'torch.ops.aten.from_file.default')),
    'torch.ops.aten.from_file.default is not among the operators that are run',
  ],
  [
    'a private operator',
    () => withGraph((graph) => (node(graph, 'conv2d').target = 'torch.ops.aten._foobar.default')),
    'torch.ops.aten._foobar.default is not among the operators that are run',
  ],
  [
    'an operator of another library',
    () => withGraph((graph) => (node(graph, 'conv2d').target = 'torch.ops.torchvision.nms.default')),
    'belongs to torchvision; only operators of aten are run',
  ],
  [
    'control flow',
    () =>
      withGraph((graph) => {
        const one = node(graph, 'conv2d')
        one.target = 'torch.ops.higher_order.cond'
        one.inputs[0]!.arg = { as_graph: {} }
      }),
    'torch.ops.higher_order.cond',
  ],
  [
    'a value that nothing makes',
    () => withGraph((graph) => (node(graph, 'conv2d').inputs[0]!.arg = { as_tensor: { name: 'nowhere' } })),
    'nowhere is used before it is made',
  ],
  [
    'a buffer that training changes and nothing keeps',
    () =>
      withGraph((graph) => {
        const relu = node(graph, 'relu_')
        graph.graph_module.graph.nodes.push({
          target: 'torch.ops.aten.add_.Scalar',
          inputs: [
            { name: 'self', arg: { as_tensor: { name: 'b_scale' } } },
            { name: 'other', arg: { as_int: 1 } },
          ],
          outputs: [{ as_tensor: { name: 'changed_scale' } }],
        })
        expect(relu).toBeDefined()
      }),
    'it changes b_scale, which would be lost',
  ],
  [
    'a parameter that is called as what every object has',
    () =>
      changed((entries) => {
        for (const mode of ['train', 'eval']) {
          const name = `net/models/${mode}.json`
          const text = new TextDecoder().decode(entries[name]).replaceAll('"stem.weight"', '"constructor"')
          entries[name] = new TextEncoder().encode(text)
        }
      }),
    'the place of constructor is missing',
  ],
  [
    'an empty parameter',
    () =>
      changed((entries) => {
        const name = 'net/data/weights/train_weights_config.json'
        const lists = JSON.parse(new TextDecoder().decode(entries[name])) as {
          config: Record<string, { tensor_meta: { sizes: { as_int: number }[] } }>
        }
        lists.config['head.weight']!.tensor_meta.sizes[0]!.as_int = 0
        entries[name] = new TextEncoder().encode(JSON.stringify(lists))
      }),
    'head.weight of shape [0, 8] is empty; leave it out of the module',
  ],
  [
    'a module of another name',
    () =>
      changed((entries) => {
        for (const name of Object.keys(entries).filter((one) => one.endsWith('.json'))) {
          const text = new TextDecoder().decode(entries[name]).replaceAll('"stem.weight"', '"größe 1.weight"')
          entries[name] = new TextEncoder().encode(text)
        }
      }),
    '"größe 1.weight" has other characters than',
  ],
  ['no JSON', () => changed((entries) => (entries['net/models/train.json'] = new Uint8Array([123]))), 'is not JSON'],
]

test.each(cases)('%s is refused, naming the file', async (_, make, problem) => {
  const file = make()
  const found = await failure(() => exported({ file }))
  expect(found).toContain('INVALID_FILE')
  expect(found).toContain(file)
  expect(found).toContain(problem)
})

const small = { inputShape: [1, 12, 12], classes: 10 }

test.each<[string, (graph: Graph) => void, RegExp]>([
  [
    'an operator that LibTorch does not have',
    (graph) => (node(graph, 'conv2d').target = 'torch.ops.aten.conv2d.round'),
    /an operator of LibTorch .* \(found aten::conv2d.round, which it does not have\)/,
  ],
  [
    'an argument that the operator does not take',
    (graph) => (node(graph, 'conv2d').inputs[0]!.name = 'image'),
    /conv2d/,
  ],
  [
    'a number where a type stands',
    (graph) => {
      const one = node(graph, 'conv2d')
      one.target = 'torch.ops.aten.to.dtype'
      one.inputs = [one.inputs[0]!, { name: 'dtype', arg: { as_int: 99 } }]
      one.inputs[0]!.name = 'self'
    },
    /kind: expected type or none/,
  ],
  ['a missing argument', (graph) => void node(graph, 'conv2d').inputs.splice(1, 1), /weight of aten::conv2d/],
])('%s is refused when the trainer is made', async (_, change, problem) => {
  const { layers } = exported({ file: withGraph(change) })
  const found = await failure(() => smallTrainer({ ...small, layers: withPrograms(layers), parameters: [] }))
  expect(found).toContain('INVALID_CONFIG')
  expect(found).toMatch(problem)
})

const fourImages = { images: new Uint8Array(4 * 144), labels: new Int32Array(4) }

function trainerOf(file: string) {
  const { layers } = exported({ file })
  return smallTrainer({
    ...small,
    layers: withPrograms(layers),
    parameters: allParameters(layers, small.inputShape),
    data: { mean: Float64Array.of(0), deviation: Float64Array.of(1), train: fourImages, test: fourImages },
  })
}

test.each<[string, (graph: Graph) => void, string]>([
  [
    'arguments of the wrong type',
    (graph) => (node(graph, 'conv2d').inputs[3]!.arg = { as_string: 'far' }),
    'fails at conv2d, aten::conv2d: ',
  ],
  [
    'a shape that does not fit',
    (graph) => (node(graph, 'flatten').inputs[1]!.arg = { as_int: 77 }),
    'fails at flatten, aten::flatten.using_ints: Dimension out of range',
  ],
  ['a division of a size by 0', (graph) => withSize(graph, 0), 'integer::floordiv: it divides a size by 0'],
  [
    'a division that the processor cannot make',
    (graph) => withSize(graph, -1, -(2 ** 52), 512),
    'its size takes more than 64 bits',
  ],
])('%s fail with an error that names the file, the node and its operator, and no crash', async (_, change, problem) => {
  const file = withGraph(change)
  const trainer = await trainerOf(file)
  const found = await failure(() => trainer.evaluate('test', 4))
  expect(found).toContain(`INVALID_FILE: ${file}: the evaluation graph`)
  expect(found).toContain(problem)
  expect(found).not.toContain('bug')
})

test('a graph that has no gradient fails in training, naming the file', async () => {
  const file = withGraph((graph) => {
    const last = graph.graph_module.graph.nodes.at(-1)!
    const [output] = last.outputs as [object]
    last.outputs = [{ as_tensor: { name: 'attached' } }]
    graph.graph_module.graph.nodes.push({
      target: 'torch.ops.aten.detach.default',
      inputs: [{ name: 'self', arg: { as_tensor: { name: 'attached' } } }],
      outputs: [output],
    })
  })
  const trainer = await trainerOf(file)
  await trainer.evaluate('test', 4)
  const order = Int32Array.of(0, 1, 2, 3)
  const found = await failure(() => trainEpoch(trainer, { order, batchSize: 4, rate: 0.1 }))
  expect(found).toContain(`INVALID_FILE: ${file}: the training graph has no gradient: `)
})

test('ids beyond the rows of an embedding fail with an error that names the operator, and no crash', async () => {
  const entries = unzipSync(readFileSync(fileURLToPath(new URL('gpt.pt2', import.meta.url))))
  const file = withGraph((graph) => {
    const embedding = node(graph, 'embedding')
    const ids = embedding.inputs[1]!
    graph.graph_module.graph.nodes.unshift({
      target: 'torch.ops.aten.add.Scalar',
      inputs: [
        { name: 'self', arg: ids.arg },
        { name: 'other', arg: { as_int: 2 ** 40 } },
      ],
      outputs: [{ as_tensor: { name: 'far' } }],
    })
    ids.arg = { as_tensor: { name: 'far' } }
  }, entries)
  const { layers } = exported({ file })
  const spec = { inputShape: [12], classes: 29, layers: withPrograms(layers), parameters: allParameters(layers, [12]) }
  const trainer = await tokenTrainer(spec, { tokens: new Int32Array(25) })
  expect(await failure(() => trainer.evaluate('test', 2))).toMatch(/fails at .*aten::embedding: .*index out of range/s)
})

/** Lets the graph divide the size of the batch by a number, after factors that multiply it. */
function withSize(graph: Graph, divisor: number, ...factors: number[]): void {
  const { nodes } = graph.graph_module.graph
  const integer = (name: string, target: string, a: string, b: number) => ({
    target,
    inputs: [
      { name: 'a', arg: { as_sym_int: { as_name: a } } },
      { name: 'b', arg: { as_int: b } },
    ],
    outputs: [{ as_sym_int: { as_name: name } }],
  })
  nodes.unshift(
    {
      target: 'torch.ops.aten.sym_size.int',
      inputs: [
        { name: 'self', arg: { as_tensor: { name: 'x' } } },
        { name: 'dim', arg: { as_int: 0 } },
      ],
      outputs: [{ as_sym_int: { as_name: 'size0' } }],
    },
    ...factors.map((factor, i) => integer(`size${i + 1}`, '_operator.mul', `size${i}`, factor)),
    integer('quotient', '_operator.floordiv', `size${factors.length}`, divisor),
  )
  node(graph, 'flatten').inputs[1]!.arg = { as_sym_int: { as_name: 'quotient' } }
}
