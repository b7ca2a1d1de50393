import { z } from 'zod'
import { elements } from '../../shape.js'
import type { ProgramGraph } from './program.js'
import { tensorName, type ExportedPart } from '../layers/exported.js'
import { invalid, openExported, type ExportedArchive } from './archive.js'
import { scalarType, translateGraph, type GraphInputs, type TranslatedGraph } from './graph.js'
import { operatorOf } from './operators.js'
import { partsOf, type UsedTensor } from './parts.js'
import { programSchema, tensorListSchema, type ExportedGraph, type TensorList } from './program-schema.js'
import { readStored } from './stored-tensor.js'

/** The version of `torch.export`'s schema that is read: PyTorch 2.8 and later write it. */
const schemaVersion = 8

type Mode = 'train' | 'eval'

/** A network of a file of `export_model.py`. */
export interface ExportedNetwork {
  /** The SHA-256 of the file in hexadecimal. */
  digest: string
  /** The kind of examples: float32, or int64 ids. */
  inputType: 'numbers' | 'tokens'
  /** The shapes of an example and of its result. */
  input: number[]
  output: number[]
  /** Its tensors in forward order. */
  parts: ExportedPart[]
  /** Reads the values of its parameters and buffers, in the order of the parts. @throws {LayerRotationError} INVALID_FILE */
  values(): Float32Array[]
  /** Translates the graphs, and reads their constants. @throws {LayerRotationError} INVALID_FILE */
  graphs(): { training: ProgramGraph; evaluation: ProgramGraph }
}

/**
 * Reads a file of `export_model.py`. All of both graphs is checked: what this returns can be trained, if LibTorch knows the
 * operators.
 *
 * @throws {LayerRotationError} MISSING_FILE, READ_FAILED; INVALID_FILE, naming the file and what is wrong with it
 */
export function readExported(file: string): ExportedNetwork {
  const archive = openExported(file)
  const refuse = (problem: string): never => {
    throw invalid(file, problem)
  }
  const graphs = { train: readGraph(archive, 'train'), eval: readGraph(archive, 'eval') }
  const lists = {
    weights: readList(archive, 'weights', 'train'),
    constants: { train: readList(archive, 'constants', 'train'), eval: readList(archive, 'constants', 'eval') },
  }
  const { inputType, input, output } = exampleShapes(graphs.train, refuse)
  const { names, tensors } = modelTensors(graphs.train, lists.weights, refuse)
  const parts = partsOf(tensors)
  const order = new Map(parts.flatMap((part) => part.tensors.map(({ name }) => name)).map((name, i) => [name, i]))
  const read = (folder: 'weights' | 'constants', list: TensorList, name: string) => {
    const found = placeIn(list, name) ?? refuse(`the place of ${name} is missing; export the model again`)
    const sizes = found.tensor_meta.sizes.map(({ as_int }) => as_int)
    if (sizes.includes(0)) refuse(`${name} of shape [${sizes.join(', ')}] is empty; leave it out of the module`)
    return readStored(archive, `data/${folder}/${found.path_name}`, found.tensor_meta)
  }
  const translate = (mode: Mode): ProgramGraph => {
    const { inputs, constants } = graphInputs(graphs[mode], names, order, refuse)
    const resultOfGraph = outputOf(graphs[mode], refuse)
    const graph: TranslatedGraph = translateGraph(graphs[mode], inputs, resultOfGraph, (problem) =>
      refuse(`models/${mode}.json: ${problem}`),
    )
    return {
      ...graph,
      constants: graph.constants.map(({ value, constant }) => {
        const { name, folder } = constants[constant]!
        const list = folder === 'weights' ? lists.weights : lists.constants[mode]
        const { type, shape, data } = read(folder, list, name)
        return { value, type, shape, data }
      }),
    }
  }
  return {
    digest: archive.digest,
    inputType,
    input,
    output,
    parts,
    values: () =>
      [...order.keys()].map((name) => {
        const { type, data, shape } = read('weights', lists.weights, name)
        if (type !== 'F32') refuse(`${name} is of type ${type}; expected F32: export model.float()`)
        return new Float32Array(data.buffer, data.byteOffset, elements(shape))
      }),
    graphs: () => ({ training: translate('train'), evaluation: translate('eval') }),
  }
}

function readGraph(archive: ExportedArchive, mode: Mode): ExportedGraph {
  const name = `models/${mode}.json`
  const json = archive.json(name)
  const version = z.object({ schema_version: z.object({ major: z.int() }) }).safeParse(json)
  if (!version.success || version.data.schema_version.major !== schemaVersion) {
    const found = version.success ? `is of schema ${version.data.schema_version.major}` : 'names no schema'
    throw invalid(archive.file, `${name} ${found}; expected ${schemaVersion}: export it with PyTorch 2.8 or later`)
  }
  const result = programSchema.safeParse(json)
  if (!result.success) throw invalid(archive.file, `${name}: ${unreadable(json, result.error.issues[0]!)}`)
  return result.data.graph_module
}

/** Says which node of a graph has something that is not read, such as control flow. */
function unreadable(json: unknown, { path, message }: z.core.$ZodIssue): string {
  const place = path.indexOf('nodes')
  const nodes = (json as { graph_module?: { graph?: { nodes?: { target?: unknown }[] } } }).graph_module?.graph?.nodes
  const target = place < 0 ? undefined : nodes?.[path[place + 1] as number]?.target
  if (typeof target !== 'string') return `${path.map(String).join('.')}: ${message.slice(0, 200)}`
  const problem = operatorOf(target)
  return typeof problem === 'string' ? problem : `${target} has an argument or a result of a kind that is not read`
}

function readList(archive: ExportedArchive, folder: 'weights' | 'constants', mode: Mode): TensorList {
  const name = `data/${folder}/${mode}_${folder}_config.json`
  const result = tensorListSchema.safeParse(archive.json(name))
  if (!result.success) throw invalid(archive.file, `${name} lacks places of tensors; export the model again`)
  const pickled = Object.entries(result.data.config).find(([, { use_pickle }]) => use_pickle)
  if (pickled) throw invalid(archive.file, `${pickled[0]} is pickled, which may run code; it is never read`)
  return result.data.config
}

/** The types of examples. */
const inputTypes: Readonly<Record<string, ExportedNetwork['inputType']>> = { F32: 'numbers', I64: 'tokens' }

/** The type of the examples, and the shapes of them and of their results, without the dimension of the batch. */
function exampleShapes(graph: ExportedGraph, refuse: (problem: string) => never) {
  const shapeOf = (name: string, role: string): number[] => {
    const { sizes = [] } = graph.graph.tensor_values[name] ?? {}
    const [batch, ...rest] = sizes.map(({ as_int }) => as_int)
    const fixed = rest.filter((size) => size !== null)
    if (batch !== null) refuse(`its ${role} has a fixed batch of ${batch}; export it with a batch of any size`)
    if (fixed.length === 0 || fixed.length < rest.length) {
      refuse(`its ${role} has shape [${sizes.map(({ as_int }) => as_int ?? '?').join(', ')}]; expected [batch, …]`)
    }
    return fixed
  }
  const examples = examplesOf(graph, refuse)
  const type = scalarType(graph.graph.tensor_values[examples]?.dtype ?? 0)
  const inputType = inputTypes[type] ?? refuse(`its input is of type ${type}; expected F32, or I64 for token ids`)
  return { inputType, input: shapeOf(examples, 'input'), output: shapeOf(outputOf(graph, refuse), 'result') }
}

function examplesOf({ signature }: ExportedGraph, refuse: (problem: string) => never): string {
  const inputs = signature.input_specs.flatMap((spec) =>
    'user_input' in spec ? spec.user_input.arg.as_tensor.name : [],
  )
  return inputs.length === 1
    ? inputs[0]!
    : refuse(`it takes ${inputs.length} inputs; expected one, the batch of examples`)
}

function outputOf({ signature }: ExportedGraph, refuse: (problem: string) => never): string {
  const changed = signature.output_specs.flatMap((spec) =>
    'buffer_mutation' in spec ? spec.buffer_mutation.buffer_name : [],
  )
  if (changed.length > 0) refuse(`it returns a new ${changed[0]}; export it without run_decompositions()`)
  const outputs = signature.output_specs.flatMap((spec) =>
    'user_output' in spec ? spec.user_output.arg.as_tensor.name : [],
  )
  return outputs.length === 1 ? outputs[0]! : refuse(`it gives ${outputs.length} results; expected one, the logits`)
}

/** The parameters and float32 buffers in forward order, and the names under which tied ones stand. */
function modelTensors(graph: ExportedGraph, places: TensorList, refuse: (problem: string) => never) {
  const names = new Map<string, string>()
  const byPlace = new Map<string, string>()
  const used: { graphName: string[]; tensor: Omit<UsedTensor, 'operator' | 'output'> }[] = []
  for (const spec of graph.signature.input_specs) {
    const found = parameterOrBuffer(spec)
    if (found === undefined) continue
    if (!tensorName.safeParse(found.name).success) {
      refuse(
        `${JSON.stringify(found.name)} has other characters than A–Z, a–z, 0–9, _ and -; give its module another name`,
      )
    }
    const place = placeIn(places, found.name)
    if (place === undefined) {
      if (found.kind === 'parameter') refuse(`the place of ${found.name} is missing; export the model again`)
      continue
    }
    const { path_name, tensor_meta } = place
    const type = scalarType(tensor_meta.dtype)
    if (found.kind === 'buffer' && type !== 'F32') continue
    if (type !== 'F32')
      refuse(`${found.name} is of type ${type || tensor_meta.dtype}; expected F32: export model.float()`)
    const key = JSON.stringify([path_name, tensor_meta])
    const twin = byPlace.get(key)
    names.set(found.name, twin ?? found.name)
    if (twin !== undefined) {
      used.find(({ tensor }) => tensor.name === twin)!.graphName.push(found.graphName)
      continue
    }
    byPlace.set(key, found.name)
    const shape = tensor_meta.sizes.map(({ as_int }) => as_int)
    used.push({ graphName: [found.graphName], tensor: { name: found.name, kind: found.kind, shape } })
  }
  const uses = firstUses(graph)
  const placed = used.map(({ graphName, tensor }) => {
    const first = graphName.flatMap((name) => uses.get(name) ?? []).sort((a, b) => a.index - b.index)[0]
    return {
      index: first?.index ?? Infinity,
      tensor: { ...tensor, operator: first?.operator ?? '', output: first?.output ?? [] },
    }
  })
  const tensors = placed.sort((a, b) => (a.index === b.index ? 0 : a.index - b.index)).map(({ tensor }) => tensor)
  return { names, tensors }
}

/** A file may name its tensors as what every object has, such as `constructor`. */
const placeIn = (list: TensorList, name: string): TensorList[string] | undefined =>
  Object.hasOwn(list, name) ? list[name] : undefined

function parameterOrBuffer(spec: ExportedGraph['signature']['input_specs'][number]) {
  if ('parameter' in spec) {
    return { kind: 'parameter', name: spec.parameter.parameter_name, graphName: spec.parameter.arg.name } as const
  }
  if (!('buffer' in spec) || !spec.buffer.persistent) return undefined
  return { kind: 'buffer', name: spec.buffer.buffer_name, graphName: spec.buffer.arg.name } as const
}

/** The first node that takes each value, by the value's name. */
function firstUses({ graph }: ExportedGraph) {
  const uses = new Map<string, { index: number; operator: string; output: number[] }>()
  for (const [index, { target, inputs, outputs }] of graph.nodes.entries()) {
    const [result] = outputs
    const sizes = result && 'as_tensor' in result ? graph.tensor_values[result.as_tensor.name]?.sizes : undefined
    const [batch, ...rest] = (sizes ?? []).map(({ as_int }) => as_int)
    const output = batch === null && rest.every((size) => size !== null) ? rest : []
    const operator = target.split('.').at(-2) ?? target
    for (const { arg } of inputs) {
      if ('as_tensor' in arg && !uses.has(arg.as_tensor.name)) uses.set(arg.as_tensor.name, { index, operator, output })
    }
  }
  return uses
}

/** The meanings of a graph's inputs, and the places of its constants. */
function graphInputs(
  graph: ExportedGraph,
  names: ReadonlyMap<string, string>,
  order: ReadonlyMap<string, number>,
  refuse: (problem: string) => never,
) {
  const tensors = new Map<string, number>()
  const constantIndices = new Map<string, number>()
  const counters = new Set<string>()
  const constants: { name: string; folder: 'weights' | 'constants' }[] = []
  const constant = (graphName: string, name: string, folder: 'weights' | 'constants') => {
    constantIndices.set(graphName, constants.push({ name, folder }) - 1)
    if (name.endsWith('num_batches_tracked')) counters.add(graphName)
  }
  for (const spec of graph.signature.input_specs) {
    if ('tensor_constant' in spec) {
      constant(spec.tensor_constant.arg.name, spec.tensor_constant.tensor_constant_name, 'constants')
      continue
    }
    if ('buffer' in spec && !spec.buffer.persistent) {
      constant(spec.buffer.arg.name, spec.buffer.buffer_name, 'constants')
      continue
    }
    const found = parameterOrBuffer(spec)
    if (found === undefined) continue
    const index = order.get(names.get(found.name) ?? found.name)
    if (index !== undefined) tensors.set(found.graphName, index)
    else if (found.kind === 'buffer') constant(found.graphName, found.name, 'weights')
    else refuse(`its two graphs do not have the same parameters: ${found.name} is in one of them only`)
  }
  const inputs: GraphInputs = { examples: examplesOf(graph, refuse), tensors, constants: constantIndices, counters }
  return { inputs, constants }
}
