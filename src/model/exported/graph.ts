import type { ProgramArgument, ProgramGraph, ProgramNode } from './program.js'
import { changesItsInput, isRandom, operatorOf, type Operator } from './operators.js'
import type { ExportedGraph, GraphArgument, GraphNode } from './program-schema.js'

/** The names of a graph's inputs, by what they stand for. */
export interface GraphInputs {
  /** The examples. */
  examples: string
  /** The tensors of the model: names in the graph with their index. */
  tensors: ReadonlyMap<string, number>
  /** The constants: names in the graph with their index. */
  constants: ReadonlyMap<string, number>
  /** The counters of batches that normalisations keep and nothing reads. */
  counters: ReadonlySet<string>
}

/** A graph whose constants are still numbers of `GraphInputs`. */
export type TranslatedGraph = Omit<ProgramGraph, 'constants'> & { constants: { value: number; constant: number }[] }

/**
 * Translates a graph into the form that the addon takes: values are numbered, and each is let go after its last use, so that a
 * forward pass holds no more than autograd keeps.
 *
 * @param refuse throws the error for something that cannot be run
 */
export function translateGraph(
  { graph }: ExportedGraph,
  inputs: GraphInputs,
  output: string,
  refuse: (problem: string) => never,
): TranslatedGraph {
  const values = new Map<string, number>()
  const define = (name: string): number => {
    if (values.has(name)) refuse(`two values have the name ${name}`)
    values.set(name, values.size)
    return values.size - 1
  }
  const examples = define(inputs.examples)
  const tensors = Array.from(inputs.tensors, ([name, tensor]) => ({ value: define(name), tensor }))
  const needed = neededNodes(graph.nodes, output, inputs, refuse)
  const constants = [...inputs.constants].flatMap(([name, constant]) =>
    needed.names.has(name) ? { value: define(name), constant } : [],
  )
  const own = values.size
  let isRandomGraph = false
  const nodes: ProgramNode[] = []
  for (const node of needed.nodes) {
    const { operator, inputs: given } = node
    if (changesItsInput(operator)) requireKept(given[0]?.arg, inputs, refuse)
    isRandomGraph ||= isRandom(operator)
    const used = (name: string): number => values.get(name) ?? refuse(`${name} is used before it is made`)
    const args = given.map(({ name, arg }) => translateArgument(name, arg, used))
    const { results, isList } = resultsOf(node, define)
    const [name = ''] = node.outputs.flatMap(namesIn)
    nodes.push({
      name,
      operator: operator.name,
      overload: operator.overload,
      arguments: args,
      results,
      isList,
      releases: [],
    })
  }
  const result = values.get(output) ?? refuse(`its output ${output} is not made by any node`)
  release(nodes, own, result)
  return { values: values.size, examples, tensors, constants, nodes, output: result, isRandom: isRandomGraph }
}

type NeededNode = GraphNode & { operator: Operator }

/** The nodes on which the output depends, or that change a tensor of the model, with the names of the values that they use. */
function neededNodes(
  nodes: readonly GraphNode[],
  output: string,
  inputs: GraphInputs,
  refuse: (problem: string) => never,
): { nodes: NeededNode[]; names: ReadonlySet<string> } {
  const wanted = new Set([output])
  const counters = countersIn(nodes, inputs.counters)
  const kept: NeededNode[] = []
  for (const node of [...nodes].reverse()) {
    const operator = operatorOf(node.target)
    if (operator === null) continue
    const names = node.outputs.flatMap(namesIn)
    const changes = typeof operator !== 'string' && changesItsInput(operator)
    const target = changes ? namesIn(node.inputs[0]?.arg ?? { as_none: true })[0] : undefined
    const isUsed = names.some((name) => wanted.has(name))
    const onlyCounts = target !== undefined && counters.has(target) && !isUsed && !wanted.has(target)
    if (onlyCounts || (!changes && !isUsed && !normalizes(node))) continue
    if (typeof operator === 'string') return refuse(operator)
    for (const { arg } of node.inputs) for (const name of namesIn(arg)) wanted.add(name)
    kept.push({ ...node, operator })
  }
  return { nodes: kept.reverse(), names: wanted }
}

/** The counters, and what is made of them: a batch normalisation that runs twice counts on from what it made before. */
function countersIn(nodes: readonly GraphNode[], counters: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set(counters)
  for (const { target, inputs, outputs } of nodes) {
    const operator = operatorOf(target)
    if (operator === null || typeof operator === 'string' || !changesItsInput(operator)) continue
    const [counted] = namesIn(inputs[0]?.arg ?? { as_none: true })
    if (counted !== undefined && found.has(counted)) outputs.flatMap(namesIn).forEach((name) => found.add(name))
  }
  return found
}

/** True for a batch normalisation, which moves its running statistics even where nothing uses its output. */
const normalizes = ({ inputs }: GraphNode): boolean => inputs.some(({ name }) => name === 'running_mean')

/** Only weights and running statistics in float32 are kept from step to step. */
function requireKept(arg: GraphArgument | undefined, { constants }: GraphInputs, refuse: (problem: string) => never) {
  const changed = arg && namesIn(arg).find((name) => constants.has(name))
  if (changed === undefined) return
  refuse(
    `it changes ${changed}, which would be lost; only buffers in float32 that are in the state_dict are kept from step to step`,
  )
}

function namesIn(arg: GraphArgument): string[] {
  if ('as_tensor' in arg) return [arg.as_tensor.name]
  if ('as_tensors' in arg) return arg.as_tensors.map(({ name }) => name)
  if ('as_optional_tensors' in arg) return arg.as_optional_tensors.flatMap((one) => one?.as_tensor.name ?? [])
  if ('as_sym_ints' in arg) return arg.as_sym_ints.flatMap((one) => ('as_name' in one ? one.as_name : []))
  const [one] = Object.values(arg) as [unknown]
  const isSymbol = 'as_sym_int' in arg || 'as_sym_float' in arg || 'as_sym_bool' in arg
  return isSymbol && 'as_name' in (one as object) ? [(one as { as_name: string }).as_name] : []
}

function resultsOf({ outputs }: GraphNode, define: (name: string) => number) {
  const [only] = outputs
  const isList = outputs.length === 1 && only !== undefined && 'as_tensors' in only
  const results = isList ? only.as_tensors.map(({ name }) => define(name)) : outputs.map((one) => resultOf(one, define))
  return { results, isList }
}

/** The number of a node's result; -1 for one that is nothing. */
function resultOf(output: GraphArgument, define: (name: string) => number): number {
  const [name] = namesIn(output)
  return name === undefined ? -1 : define(name)
}

/** The types of `torch.export`'s schema by their numbers; complex ones are not read. */
const scalarTypes = ['', 'U8', 'I8', 'I16', 'I32', 'I64', 'F16', 'F32', 'F64', '', '', '', 'BOOL', 'BF16']
const memoryFormats = ['', 'contiguous', 'channelsLast', 'channelsLast3d', 'preserve']

/** The name of a type of the schema; '' for one that is not read. */
export const scalarType = (code: number): string => scalarTypes[code] ?? ''

function translateArgument(name: string, arg: GraphArgument, used: (name: string) => number): ProgramArgument {
  const integer = (value: number) => (Number.isSafeInteger(value) ? value : value > 0 ? null : -(2 ** 53 - 1))
  const size = (value: { as_name: string } | { as_int: number }) =>
    'as_name' in value ? { value: used(value.as_name) } : { integer: integer(value.as_int) }
  const symbol = (value: object) => ('as_name' in value ? used(value.as_name as string) : undefined)
  if ('as_tensor' in arg) return { name, kind: 'value', value: used(arg.as_tensor.name) }
  if ('as_tensors' in arg) return { name, kind: 'values', values: arg.as_tensors.map((one) => used(one.name)) }
  if ('as_optional_tensors' in arg) {
    const values = arg.as_optional_tensors.map((one) => (one === null ? -1 : used(one.as_tensor.name)))
    return { name, kind: 'optionalValues', values }
  }
  if ('as_int' in arg) return { name, kind: 'integer', integer: integer(arg.as_int) }
  if ('as_ints' in arg) return { name, kind: 'integers', integers: arg.as_ints.map((one) => size({ as_int: one })) }
  if ('as_sym_ints' in arg) return { name, kind: 'integers', integers: arg.as_sym_ints.map(size) }
  if ('as_float' in arg) return { name, kind: 'float', float: arg.as_float }
  if ('as_floats' in arg) return { name, kind: 'floats', floats: arg.as_floats }
  if ('as_bool' in arg) return { name, kind: 'boolean', boolean: arg.as_bool }
  if ('as_bools' in arg) return { name, kind: 'booleans', booleans: arg.as_bools }
  if ('as_string' in arg) return { name, kind: 'string', string: arg.as_string }
  if ('as_scalar_type' in arg) return { name, kind: 'type', type: scalarType(arg.as_scalar_type) }
  if ('as_memory_format' in arg) {
    return { name, kind: 'memoryFormat', format: memoryFormats[arg.as_memory_format] ?? '' }
  }
  if ('as_device' in arg) return { name, kind: 'device' }
  if ('as_sym_int' in arg) {
    const value = symbol(arg.as_sym_int)
    if (value !== undefined) return { name, kind: 'value', value }
    return { name, kind: 'integer', integer: integer((arg.as_sym_int as { as_int: number }).as_int) }
  }
  if ('as_sym_float' in arg) {
    const value = symbol(arg.as_sym_float)
    if (value !== undefined) return { name, kind: 'value', value }
    return { name, kind: 'float', float: (arg.as_sym_float as { as_float: number }).as_float }
  }
  if ('as_sym_bool' in arg) {
    const value = symbol(arg.as_sym_bool)
    if (value !== undefined) return { name, kind: 'value', value }
    return { name, kind: 'boolean', boolean: (arg.as_sym_bool as { as_bool: boolean }).as_bool }
  }
  return { name, kind: 'none' }
}

/** Has every value let go after the last node that uses it, but the graph's inputs and its output. */
function release(nodes: readonly ProgramNode[], inputs: number, output: number): void {
  const seen = new Set<number>()
  for (const node of [...nodes].reverse()) {
    const touched = [...node.arguments.flatMap(valuesIn), ...node.results].filter((value) => value >= inputs)
    for (const value of touched) {
      if (value === output || seen.has(value)) continue
      seen.add(value)
      node.releases.push(value)
    }
  }
}

function valuesIn(arg: ProgramArgument): number[] {
  if (arg.kind === 'value') return [arg.value]
  if (arg.kind === 'values' || arg.kind === 'optionalValues') return arg.values.filter((value) => value >= 0)
  if (arg.kind === 'integers') return arg.integers.flatMap((one) => ('value' in one ? one.value : []))
  return []
}
