import type { StoredType } from '../../native/contract.js'
import { PickledCall, PickledGlobal, PickledReference, type Construct } from './pickle.js'

/** A tensor of a pickle: a view of a storage, which the file holds outside of the pickle. */
export class PickledTensor {
  constructor(
    /** The key of the storage. */
    readonly storage: string,
    /** Undefined for types that weights do not have, such as integers. */
    readonly type: StoredType | undefined,
    /** Elements of the storage before the first one of the tensor. */
    readonly offset: number,
    readonly shape: readonly number[],
    /** The elements between neighbours in each dimension. */
    readonly strides: readonly number[],
    /** The reason why its elements are not those of the storage; undefined if they are. */
    readonly problem?: string,
  ) {}
}

/** The types of elements by the classes of their storages and by the names of dtypes. */
const types: Readonly<Record<string, StoredType>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  float8_e4m3fn: 'F8_E4M3',
  float8_e5m2: 'F8_E5M2',
}

const typeOf = (global: unknown): StoredType | undefined =>
  global instanceof PickledGlobal && Object.hasOwn(types, global.name) ? types[global.name] : undefined

/** Types of counters and masks, which are no weights: those of integers and truth values. */
const countsThings = /^(u?int\d+|bool|(Long|Int|Short|Char|Byte|Bool)Storage)$/

/** Makes tensors, dicts and sets of the calls by which PyTorch writes them. */
export const constructTensors: Construct = (global, values) => {
  switch (global.path) {
    case 'torch._utils._rebuild_tensor':
    case 'torch._utils._rebuild_tensor_v2':
      return tensorOf(values, elementClassOf(values[0]), values[6])
    case 'torch._utils._rebuild_tensor_v3':
      return tensorOf(values, values[6], values[7])
    case 'torch._utils._rebuild_parameter':
    case 'torch._utils._rebuild_parameter_with_state':
      return values[0] instanceof PickledTensor ? values[0] : undefined
    case 'torch._tensor._rebuild_from_type_v2':
    case 'torch._utils._rebuild_from_type_v2':
      return values[0] instanceof PickledGlobal && Array.isArray(values[2])
        ? constructTensors(values[0], values[2] as unknown[])
        : undefined
    case 'collections.OrderedDict':
      return new Map()
    default:
      return otherTensor(global)
  }
}

/** Stands for a tensor that is more than a view of a storage; undefined for what is no tensor. */
function otherTensor({ module, name }: PickledGlobal): PickledTensor | undefined {
  const [, kind] = /^_rebuild_(\w+)$/.exec(name) ?? []
  if (module !== 'torch._utils' || kind === undefined) return undefined
  const problem = otherKinds.find(([pattern]) => pattern.test(kind))?.[1] ?? 'its elements are stored in another way'
  return new PickledTensor('', undefined, 0, [], [], problem)
}

/** Tensors that are more than a view of a storage, by the functions that make them. */
const otherKinds: readonly (readonly [RegExp, string])[] = [
  [/sparse/, 'it is sparse'],
  [/qtensor/, 'it is quantised'],
  [/meta/, 'it has no elements'],
  [/nested/, 'it is nested'],
  [/wrapper_subclass/, 'it is of a class of its own, such as a part of a distributed tensor'],
]

/** A storage, as a persistent id names it. */
export interface PickledStorage {
  key: string
  /** The class of its elements, such as FloatStorage. */
  elementClass: unknown
  /** Elements of the stored one before its first, where it is a view, as until PyTorch 0.4. */
  offset: number
}

/** The storage that a reference stands for; undefined if it is none. */
export function storageOf({ id }: PickledReference): PickledStorage | undefined {
  if (!Array.isArray(id)) return undefined
  const [kind, elementClass, key, , , view] = id as unknown[]
  if (kind !== 'storage' || typeof key !== 'string' || !/^\d{1,20}$/.test(key)) return undefined
  const offset: unknown = Array.isArray(view) ? view[1] : 0
  return isCount(offset) ? { key, elementClass, offset } : undefined
}

const elementClassOf = (reference: unknown): unknown =>
  reference instanceof PickledReference ? storageOf(reference)?.elementClass : undefined

/** @param type a dtype, or the class of a storage */
function tensorOf(
  [reference, offset, shape, strides]: readonly unknown[],
  type: unknown,
  properties: unknown,
): PickledTensor | undefined {
  const storage = reference instanceof PickledReference ? storageOf(reference) : undefined
  if (storage === undefined || !isCount(offset)) return undefined
  if (!isCounts(shape) || !isCounts(strides) || shape.length !== strides.length) return undefined
  const problem = problemOf(type, properties)
  return new PickledTensor(storage.key, typeOf(type), storage.offset + offset, shape, strides, problem)
}

/** The reason why elements are not numbers as they are stored. @param properties those that PyTorch writes beside a tensor */
function problemOf(type: unknown, properties: unknown): string | undefined {
  if (properties instanceof Map && properties.get('neg') === true) return 'its elements are negated when they are read'
  if (!(type instanceof PickledGlobal) || typeOf(type) !== undefined || countsThings.test(type.name)) return undefined
  return `its elements are of the type ${type.name.slice(0, 100)}`
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount)

/** The deepest nesting of dicts in which tensors are looked for. */
const deepest = 32

/** The keys under which trainings keep a model beside other things. */
const modelKeys = ['state_dict', 'model_state_dict', 'model', 'module', 'network', 'net', 'params', 'weights']

/** Keys beside a model whose dicts hold no weights. */
const isOther = (key: string): boolean =>
  /^(optim\w*|(lr_?)?sched\w*|(grad_)?scaler|grad(s|ients)?|rng\w*|amp|loops?|callbacks?)$/i.test(key)

/** Tells the state of an optimizer, whatever its key. */
const isOptimizer = (value: object): boolean =>
  value instanceof Map && value.has('param_groups') && value.get('state') instanceof Map

/** A class of tensors. */
type Kind<Tensor> = abstract new (...values: never[]) => Tensor

/**
 * Lists the tensors of a model by their dotted names: those of a state dict, of one under a usual key, such as `state_dict`, or of a
 * whole module. Tensors of an optimizer beside it are left out.
 *
 * @param kind the class that stands for a tensor in the value
 */
export function modelTensors<Tensor>(value: unknown, kind: Kind<Tensor>): Map<string, Tensor> {
  const found = new Map<string, Tensor>()
  const model = modelIn(value)
  const isTraining = model === value && value instanceof Map
  collect(model, '', { kind, found, open: new Set(), isTraining }, 0)
  return found
}

/** The part of a checkpoint that is the model. */
function modelIn(value: unknown): unknown {
  if (!(value instanceof Map)) return value
  for (const key of modelKeys) {
    const part: unknown = value.get(key)
    if ((part instanceof Map && part.size > 0) || part instanceof PickledCall) return modelIn(part)
  }
  return value
}

/** A search for tensors. */
interface Search<Tensor> {
  kind: Kind<Tensor>
  found: Map<string, Tensor>
  /** The values that were looked at: a part that holds itself, or stands in two places, is looked at once. */
  open: Set<object>
  /** True if other things may stand beside the model. */
  isTraining: boolean
}

function collect<Tensor>(value: unknown, name: string, search: Search<Tensor>, depth: number): void {
  if (value instanceof search.kind) {
    search.found.set(name, value)
    return
  }
  if (typeof value !== 'object' || value === null || depth > deepest || search.open.has(value)) return
  search.open.add(value)
  if (isOptimizer(value)) return
  for (const [key, inner] of partsOf(value)) {
    if (depth === 0 && search.isTraining && isOther(key) && !(inner instanceof search.kind)) continue
    collect(inner, name === '' ? key : `${name}.${key}`, search, depth + 1)
  }
}

/** The named parts of a dict, a list, a module, or a module of TorchScript, whose class and attributes are its own. */
function partsOf(value: object): [string, unknown][] {
  if (value instanceof Map) return entriesOf(value)
  if (Array.isArray(value)) return value.map((inner, i) => [String(i), inner as unknown])
  if (!(value instanceof PickledCall)) return []
  const { callee, state, items } = value
  if (callee instanceof PickledGlobal && callee.module.startsWith('__torch__')) {
    return state instanceof Map ? entriesOf(state) : []
  }
  const own =
    state instanceof Map ? ['_parameters', '_buffers', '_modules'].map((part) => state.get(part) as unknown) : []
  return [...own.flatMap((part) => (part instanceof Map ? entriesOf(part) : [])), ...entriesOf(items)]
}

const entriesOf = (map: ReadonlyMap<unknown, unknown>): [string, unknown][] =>
  [...map].flatMap(([key, inner]) =>
    typeof key === 'string' || typeof key === 'number' ? [[String(key), inner] as [string, unknown]] : [],
  )
